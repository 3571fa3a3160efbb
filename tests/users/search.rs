//! `POST /v1/users/search`.

use entity::ids::UserId;
use serde_json::{Value, json};

use super::{group, ids, join, passport, path_of, program, sorted};
use crate::support::{App, Caller, on_both_databases};

async fn user(app: &App, first_name: &str, last_name: &str) -> UserId {
    app.create_user(&json!({"first_name": first_name, "last_name": last_name}))
        .await
}

async fn found(caller: &Caller, query: &str) -> Vec<String> {
    ids(&caller
        .post("/v1/users/search", json!({"q": query, "role": "customer"}))
        .await
        .expect(200))
}

async fn matching(caller: &Caller, search: Value) -> Vec<String> {
    ids(&caller.post("/v1/users/search", search).await.expect(200))
}

on_both_databases! {
    async fn any_word_of_any_name_is_found_by_its_beginning(app: &App) {
        let agent = app.agent().await;
        let ebba = app.create_user(&json!({
            "first_name": "Ebba Karin", "last_name": "Lindqvist af Ugglas", "middle_names": "Maria Sofia", "preferred_name": "Titti",
        })).await;
        user(app, "Karl", "Berg").await;
        for query in ["e", "ebba", "kari", "lindq", "ugglas", "af", "mari", "sofia", "titti", "EBBA", " ebba "] {
            assert_eq!(found(&agent, query).await, sorted(&[ebba]), "{query}");
        }
        for query in ["bba", "ebbas", "qvist", "ebbakarin", "xyz"] {
            assert!(found(&agent, query).await.is_empty(), "{query}");
        }
    }

    async fn accents_and_case_do_not_matter_either_way(app: &App) {
        let agent = app.agent().await;
        for (last_name, queries) in [
            ("Müller", &["Müller", "muller", "MULLER", "MÜLLER", "mu\u{308}ller", "Mul"][..]),
            ("Muñoz", &["munoz", "MUÑOZ", "muñ"]),
            ("Łódź", &["lodz", "łódź", "LODZ", "ŁÓD"]),
            ("O'Connor", &["o'connor", "oconnor", "connor", "O'CONN", "o’connor", "O Connor"]),
            ("Smith-Jones", &["smith", "jones", "smith-jones", "smithjones", "jones smith", "Smith-Jo"]),
            ("Иванов", &["ivanov", "иванов", "ИВАН", "Ivan"]),
            ("Straße", &["strasse", "STRASSE", "straße"]),
            ("Bjørnsen", &["bjornsen", "BJØRN"]),
            ("Nguyễn", &["nguyen", "NGUYỄN"]),
        ] {
            let id = user(app, "Xenia", last_name).await;
            for query in queries {
                assert_eq!(found(&agent, query).await, sorted(&[id]), "{last_name} by {query}");
            }
            app.admin().await.delete(path_of(id)).await.expect(204);
        }
    }

    async fn several_words_are_found_in_any_order_and_all_of_them(app: &App) {
        let agent = app.agent().await;
        let anna = user(app, "Anna Maria", "Eriksson").await;
        let other = user(app, "Anna", "Berg").await;
        for query in ["anna erik", "erik anna", "maria  ANNA erikss", "anna anna erik", "eriksson, anna"] {
            assert_eq!(found(&agent, query).await, sorted(&[anna]), "{query}");
        }
        assert_eq!(found(&agent, "anna").await, sorted(&[anna, other]));
        assert!(found(&agent, "eriksson berg").await.is_empty());
    }

    async fn an_address_is_found_by_its_beginning_its_words_and_whole(app: &App) {
        let agent = app.agent().await;
        let rosa = app.create_user(&json!({"first_name": "Xenia", "email": "Rosa.Lind+vip@post.example"})).await;
        for query in ["rosa", "lind", "vip", "post", "rosa.lind+vip@", "ROSA.LIND+VIP@post.example", "rosa.lind+vip@po"] {
            assert_eq!(found(&agent, query).await, sorted(&[rosa]), "{query}");
        }
        for query in ["osa", "rosa@post.example", "lind+vip@post.example"] {
            assert!(found(&agent, query).await.is_empty(), "{query}");
        }
    }

    async fn wildcards_and_quotes_mean_nothing(app: &App) {
        let agent = app.agent().await;
        let anna = user(app, "Anna", "Eriksson").await;
        for query in ["%", "_", "%%", "*", "?", "'", "\"", "--", "...", "-'-", "\\", "@", "()", "; --"] {
            assert!(found(&agent, query).await.is_empty(), "{query}");
        }
        // What is not a letter or digit separates words, no more.
        for query in ["a%x", "a_na", "%nna", "_nna", "ann%son", "anna' OR '1'='1"] {
            assert!(found(&agent, query).await.is_empty(), "{query}");
        }
        assert_eq!(found(&agent, "anna%").await, sorted(&[anna]));
    }

    async fn without_a_query_everybody_is_found(app: &App) {
        let agent = app.agent().await;
        let anna = user(app, "Anna", "Eriksson").await;
        for search in [json!({"role": "customer"}), json!({"q": null, "role": "customer"}), json!({"q": "  ", "role": "customer"})] {
            assert_eq!(matching(&agent, search.clone()).await, sorted(&[anna]), "{search}");
        }
        assert!(matching(&agent, json!({})).await.len() >= 3);
    }

    async fn a_new_name_finds_its_user_and_the_old_one_no_longer(app: &App) {
        let agent = app.agent().await;
        let id = app.create_user(&json!({"first_name": "Anna", "last_name": "Eriksson", "email": "anna@mail.example"})).await;
        let patch = json!({"last_name": "Lindqvist", "email": "lq@post.example", "preferred_name": "Annie"});
        agent.patch(path_of(id), patch).await.expect(200);
        for query in ["anna", "lindq", "lq@post", "annie"] {
            assert_eq!(found(&agent, query).await, sorted(&[id]), "{query}");
        }
        for query in ["eriks", "anna@mail"] {
            assert!(found(&agent, query).await.is_empty(), "{query}");
        }
        agent.patch(path_of(id), json!({"last_name": null, "email": null})).await.expect(200);
        assert!(found(&agent, "lindq").await.is_empty() && found(&agent, "lq@post").await.is_empty());
    }

    async fn names_that_grow_in_latin_letters_are_found(app: &App) {
        let agent = app.agent().await;
        let long = "床".repeat(100);
        let id = user(app, &long, "Berg").await;
        assert_eq!(found(&agent, &long).await, sorted(&[id]));
        assert_eq!(found(&agent, "床床").await, sorted(&[id]));
        let (wei, tai) = (user(app, "王伟", "Chen").await, user(app, "นิรันดร์", "Suk").await);
        assert_eq!(found(&agent, "王").await, sorted(&[wei]));
        assert_eq!(found(&agent, "นิรันดร์").await, sorted(&[tai]));
    }

    async fn address_telephone_and_birthday_match_exactly(app: &App) {
        let agent = app.agent().await;
        let rosa = app.create_user(&json!({
            "first_name": "Rosa", "email": "rosa@mail.example", "phone": "+46701234568", "date_of_birth": "1991-05-17",
        })).await;
        let ida = app.create_user(&json!({
            "first_name": "Ida", "email": "ida.rosa@mail.example", "phone": "+467012345689", "date_of_birth": "1991-05-17",
        })).await;
        for (search, expected) in [
            (json!({"email": "ROSA@mail.example"}), vec![rosa]),
            (json!({"email": "rosa@mail.exampl"}), vec![]),
            (json!({"phone": "+46 70 123 45 68"}), vec![rosa]),
            (json!({"phone": "+4670123456"}), vec![]),
            (json!({"date_of_birth": "1991-05-17"}), vec![rosa, ida]),
            (json!({"date_of_birth": "1991-05-18"}), vec![]),
            (json!({"date_of_birth": "1991-05-17", "phone": "+46701234568"}), vec![rosa]),
            (json!({"date_of_birth": "1991-05-17", "q": "ida"}), vec![ida]),
            (json!({"email": "rosa@mail.example", "phone": "+467012345689"}), vec![]),
        ] {
            assert_eq!(matching(&agent, search.clone()).await, sorted(&expected), "{search}");
        }
    }

    async fn the_filters_of_the_list_narrow_a_search(app: &App) {
        let (agent, admin) = (app.agent().await, app.admin().await);
        let (anna, annika, berta) = (user(app, "Anna", "A").await, user(app, "Annika", "B").await, user(app, "Berta", "C").await);
        let group = group(&admin, "Pair", &[anna, berta]).await;
        let program = program(&admin, "Sunrise Points").await;
        join(&admin, annika, &program).await;
        passport(&admin, anna, "L898902C3", "2030-01-01").await;
        for (search, expected) in [
            (json!({"q": "ann", "group_id": group}), vec![anna]),
            (json!({"q": "ann", "loyalty_program_id": program}), vec![annika]),
            (json!({"q": "ann", "group_id": group, "loyalty_program_id": program}), vec![]),
            (json!({"q": "ann", "passport_expires_before": "2030-06-01"}), vec![anna]),
            (json!({"q": "ann", "role": "agent"}), vec![]),
            (json!({"q": "ann", "status": "active", "role": "customer"}), vec![anna, annika]),
            (json!({"q": "ann", "status": "disabled"}), vec![]),
            (json!({"q": "ann", "updated_since": "2199-01-01T00:00:00Z"}), vec![]),
        ] {
            assert_eq!(matching(&agent, search.clone()).await, sorted(&expected), "{search}");
        }
    }

    async fn a_search_is_walked_like_a_list(app: &App) {
        let agent = app.agent().await;
        let mut all = Vec::new();
        for number in 0..9 {
            all.push(user(app, "Anna", &format!("Berg{number}")).await);
        }
        let mut search = json!({"q": "anna", "limit": 2});
        let mut walked = Vec::new();
        loop {
            let page = agent.post("/v1/users/search", search.clone()).await.expect(200);
            walked.extend(ids(&page));
            assert_eq!(page["has_more"], json!(!page["next_cursor"].is_null()));
            if page["next_cursor"].is_null() {
                break;
            }
            search["cursor"] = page["next_cursor"].clone();
        }
        assert_eq!(walked, sorted(&all));
        // The cursor belongs to the query and to the caller.
        let page = agent.post("/v1/users/search", json!({"q": "anna", "limit": 2})).await.expect(200);
        let cursor = &page["next_cursor"];
        agent.post("/v1/users/search", json!({"q": "berg", "cursor": cursor})).await.refuses("/cursor", "invalid_cursor");
        app.agent().await.post("/v1/users/search", json!({"q": "anna", "cursor": cursor})).await
            .refuses("/cursor", "invalid_cursor");
        agent.get(format!("/v1/users?cursor={}", cursor.as_str().unwrap())).await.problem(400);
    }

    async fn what_is_wrong_in_a_search_is_named(app: &App) {
        let agent = app.agent().await;
        for (search, pointer, code) in [
            (json!({"limit": 0}), "/limit", "out_of_range"), (json!({"limit": 201}), "/limit", "out_of_range"),
            (json!({"limit": -1}), "/limit", "wrong_type"), (json!({"limit": "5"}), "/limit", "wrong_type"),
            (json!({"cursor": "x"}), "/cursor", "invalid_cursor"), (json!({"q": "x".repeat(201)}), "/q", "too_long"),
            (json!({"q": 7}), "/q", "wrong_type"), (json!({"q": "a\0"}), "/q", "invalid_character"),
            (json!({"email": "nobody"}), "/email", "invalid_format"), (json!({"phone": "12"}), "/phone", "too_short"),
            (json!({"date_of_birth": "1991-02-30"}), "/date_of_birth", "invalid_date"), (json!({"role": "boss"}), "/role", "unknown_code"),
            (json!({"group_id": "x"}), "/group_id", "invalid_format"), (json!({"color": "red"}), "/color", "unknown_field"),
            (json!({"updated_since": "yesterday"}), "/updated_since", "invalid_format"),
        ] {
            agent.post("/v1/users/search", search).await.refuses(pointer, code);
        }
        agent.post("/v1/users/search", json!({"q": "x".repeat(200), "limit": 200})).await.expect(200);
    }

    async fn what_was_searched_for_is_not_stored(app: &App) {
        let answer = app.agent().await.post("/v1/users/search", json!({"q": "anna"})).await;
        answer.expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("link"), None);
    }
}
