//! Files that are none, that break off, and that are sent again.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{counts, lines, opened, problems, sent, table, users};
use crate::support::on_both_databases;

fn people(count: usize) -> String {
    let mut file = String::new();
    for number in 0..count {
        writeln!(
            file,
            "{{\"first_name\":\"Name {number}\",\"email\":\"n{number}@mail.example\"}}"
        )
        .unwrap();
    }
    file
}

on_both_databases! {
    async fn what_breaks_off_goes_on(app: &App) {
        let agent = app.agent().await;
        let before = users(app).await;
        let (file, import) = (people(1200), opened(&agent, json!({"existing": "fail"})).await);
        // The connection breaks when more than half of the file is there.
        let mut stream = TcpStream::connect(app.addr).await.unwrap();
        let head = format!(
            "PUT {import}/rows HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            agent.token.as_deref().unwrap(), file.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&file.as_bytes()[..file.len() * 2 / 3]).await.unwrap();
        let mut rows = 0;
        for _ in 0..200 {
            rows = agent.get(&import).await.expect(200)["rows"].as_u64().unwrap();
            if rows > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(stream);
        assert_eq!(rows, 500);
        // Another file is not taken for the same one.
        let other = file.replacen("Name 3\"", "Name 4\"", 1);
        assert_eq!(lines(&agent, &import, &other).await.problem(409), "import_differs");
        assert_eq!(lines(&agent, &import, &people(100)).await.problem(409), "import_differs");
        // With fail, a row that was taken twice would be a problem.
        assert_eq!(counts(&lines(&agent, &import, &file).await), [1200, 1200, 0, 0, 0]);
        assert_eq!(users(app).await, before + 1200);
        // Whose answer was lost sends it once more.
        assert_eq!(counts(&lines(&agent, &import, &file).await), [1200, 1200, 0, 0, 0]);
        assert_eq!(lines(&agent, &import, &people(1201)).await.problem(409), "import_differs");
        assert_eq!(users(app).await, before + 1200);
    }

    async fn what_is_no_file_of_rows_is_refused(app: &App) {
        let agent = app.agent().await;
        let import = opened(&agent, json!({})).await;
        for media_type in ["application/json", "text/plain", "text/csv; charset=latin1"] {
            assert_eq!(sent(&agent, &import, media_type, "x").await.problem(415), "unsupported_media_type", "{media_type}");
        }
        let answer = table(&agent, &import, "first_name,shoe_size\nEbba,38\n").await;
        assert_eq!(answer.errors(422), [(String::new(), "unknown_column".to_owned())]);
        for bad in [&b"first_name\n\xff\n"[..], b"first_name\n\"x\n"] {
            let import = opened(&agent, json!({})).await;
            let answer = sent(&agent, &import, "text/csv", bad).await;
            assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
        }
        let import = opened(&agent, json!({})).await;
        assert_eq!(counts(&lines(&agent, &import, "[]\nnot json\n{\"first_name\":1}\n").await), [3, 0, 0, 0, 3]);
        let found: Vec<_> = problems(&agent, &import).await.into_iter().map(|it| it.2).collect();
        assert_eq!(found, ["malformed_json", "malformed_json", "wrong_type"]);
        assert_eq!(counts(&lines(&agent, &opened(&agent, json!({})).await, "").await), [0, 0, 0, 0, 0]);
        let wrong = json!({"columns": [{"name": "x", "field": "shoe_size"}, {"name": "y", "field": "email"}], "existing": "drop"});
        let errors = agent.post("/v1/imports", wrong).await.errors(422);
        assert_eq!(errors.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/columns/0/field", "/existing"]);
    }

    async fn a_file_has_a_limit(app: &App) with |config| config.max_import_bytes = 2000 => {
        let agent = app.agent().await;
        let import = opened(&agent, json!({})).await;
        assert_eq!(lines(&agent, &import, &people(100)).await.problem(413), "payload_too_large");
    }
}
