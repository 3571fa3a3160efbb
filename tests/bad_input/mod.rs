//! What no well-behaved client sends. None of it gets an answer of 5xx, writes a row, or stops the server.

mod addresses;
mod bodies;
mod sockets;

use crate::support::App;
use crate::support::world::counts;

/// Runs `attack`, and asserts that the server is as well afterwards as it was before.
async fn unharmed(app: &App, attack: impl AsyncFnOnce()) {
    let before = counts(app).await;
    attack().await;
    app.anonymous().get("/health/ready").await.expect(200);
    assert_eq!(counts(app).await, before, "something was written");
}
