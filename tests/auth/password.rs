//! Which passwords can be chosen, and that they count byte for byte.

use serde_json::{Value, json};

use super::{PASSWORD, login, register};
use crate::support::on_both_databases;

/// As many bytes as a password may have, none of them easy to guess.
fn longest() -> String {
    let mut text: String = (0..300).map(|n| format!("{}-", n * n + 7)).collect();
    text.truncate(1024);
    text
}

on_both_databases! {
    async fn each_rule_has_its_code(app: &App) {
        let caller = app.anonymous();
        let refused = async |password: Value| {
            let user = json!({"email": "rosa.lind@mail.example", "password": password, "first_name": "Rosa"});
            let errors = caller.post("/v1/auth/register", user).await.errors(422);
            assert_eq!((errors.len(), errors[0].0.as_str()), (1, "/password"), "{errors:?}");
            errors[0].1.clone()
        };
        assert_eq!(refused(json!("otter-meado")).await, "too_short");
        assert_eq!(refused(json!("ötter-meadö")).await, "too_short");
        assert_eq!(refused(json!("")).await, "too_short");
        assert_eq!(refused(json!(longest() + "x")).await, "too_long");
        // 513 characters of two bytes each.
        assert_eq!(refused(json!(longest().replace('-', "ö"))).await, "too_long");
        assert_eq!(refused(json!("password1234")).await, "too_common");
        assert_eq!(refused(json!("P@ssw0rd!2026")).await, "too_common");
        assert_eq!(refused(json!("aaaaaaaaaaaa")).await, "too_common");
        assert_eq!(refused(json!("abcdefghijkl")).await, "too_common");
        assert_eq!(refused(json!("for-ROSA.lind-only")).await, "contains_email");
        assert_eq!(refused(json!("lantern-otter\0-meadow")).await, "invalid_character");
        assert_eq!(refused(json!(123_456_789_012_u64)).await, "wrong_type");
        assert_eq!(refused(Value::Null).await, "required");
        register(&caller, "rosa.lind@mail.example", "otter-meadow").await.expect(201);
    }

    async fn staff_choose_passwords_by_the_same_rules(app: &App) {
        let agent = app.agent().await;
        let user = json!({"email": "rosa@mail.example", "password": "password1234", "first_name": "Rosa"});
        agent.post("/v1/users", user).await.refuses("/password", "too_common");
        let user = json!({"email": "rosa@mail.example", "password": PASSWORD, "first_name": "Rosa"});
        let made = agent.post("/v1/users", user).await;
        assert_eq!(made.expect(201)["status"], "active");
        assert!(!String::from_utf8_lossy(&made.body).contains(PASSWORD));
        login(&app.anonymous(), "rosa@mail.example", PASSWORD).await.expect(200);
    }

    async fn a_password_of_1024_bytes_works_and_a_longer_one_is_just_wrong(app: &App) {
        let caller = app.anonymous();
        register(&caller, "rosa@mail.example", &longest()).await.expect(201);
        login(&caller, "rosa@mail.example", &longest()).await.expect(200);
        for wrong in [longest() + "x", longest()[..1023].to_owned(), longest().repeat(20)] {
            assert_eq!(login(&caller, "rosa@mail.example", &wrong).await.problem(401), "invalid_credentials");
        }
    }

    async fn a_password_counts_byte_for_byte(app: &App) {
        let caller = app.anonymous();
        for (number, (right, wrong)) in [
            (" lantern-otter-meadow ", "lantern-otter-meadow"),
            ("lantern-otter-meadow ", "lantern-otter-meadow"),
            ("Laterne-Fischötter-Wiese", "Laterne-Fischo\u{308}tter-Wiese"),
            ("фонарь-выдра-поляна", "Фонарь-выдра-поляна"),
            ("🦦-🏮-otters-by-lantern", "🦦-🏮-otters-by-Lantern"),
        ].into_iter().enumerate() {
            let email = format!("rosa{number}@mail.example");
            register(&caller, &email, right).await.expect(201);
            login(&caller, &email, right).await.expect(200);
            assert_eq!(login(&caller, &email, wrong).await.problem(401), "invalid_credentials", "{right:?}");
        }
    }
}
