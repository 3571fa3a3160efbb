use crate::support::on_both_databases;

on_both_databases! {
    async fn the_service_says_that_it_is_well(app: &App) {
        for path in ["/health/live", "/health/ready"] {
            let answer = app.anonymous().get(path).await;
            assert_eq!(answer.expect(200)["status"], "ok");
            // Neither a bad token nor a stray query makes a probe fail.
            let answer = app.anonymous().get_with(path, &[("authorization", "Bearer bad")]).await;
            answer.expect(200);
        }
    }

    /// Nobody new can be added without the keys that seal: requests are sent elsewhere until they are back.
    async fn without_its_keyring_the_service_is_not_ready(app: &App) {
        let (keyring, aside) = (app.config.data_dir.join("keyring.json"), app.config.data_dir.join("aside"));
        std::fs::rename(&keyring, &aside).unwrap();
        assert_eq!(app.anonymous().get("/health/ready").await.problem(503), "unavailable");
        app.anonymous().get("/health/live").await.expect(200);
        std::fs::rename(&aside, &keyring).unwrap();
        app.anonymous().get("/health/ready").await.expect(200);
    }

    /// The process lives on, and says what it cannot do.
    async fn without_its_database_the_service_is_not_ready(app: &App) {
        let customer = app.customer("Carl").await;
        app.core.clone().close().await;
        for _ in 0..3 {
            app.anonymous().get("/health/live").await.expect(200);
        }
        let mut unavailable = 0;
        for _ in 0..10 {
            let answer = app.anonymous().get("/health/ready").await;
            if answer.status == 503 {
                assert_eq!(answer.problem(503), "unavailable");
                assert_eq!(answer.header("retry-after"), Some("1"));
                unavailable += 1;
            }
            let answer = customer.get("/v1/me").await;
            if answer.status != 200 {
                assert_eq!(answer.problem(503), "unavailable");
            }
        }
        // On PostgreSQL each worker has connections of its own, which this test cannot close.
        if app.backend == crate::support::Backend::Sqlite {
            assert_eq!(unavailable, 10);
        }
    }
}
