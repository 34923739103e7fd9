//! What the stories are told with.

#![allow(dead_code, reason = "not every story uses all of it")]

pub mod app;
pub mod authenticator;
pub mod browser;
pub mod cast;
pub mod db;
pub mod files;
pub mod list;
pub mod mailbox;
pub mod queue;
pub mod raw;
pub mod smtp;
pub mod staff;

use app::TestApp;
use db::{Engine, Fresh};

/// What a story can be given on an engine.
pub trait Given: Sized {
    fn on(engine: Engine) -> impl Future<Output = Self>;
}

impl Given for Engine {
    async fn on(engine: Engine) -> Self {
        engine
    }
}

impl Given for Fresh {
    async fn on(engine: Engine) -> Self {
        Self::migrated(engine).await
    }
}

impl Given for TestApp {
    async fn on(engine: Engine) -> Self {
        Self::spawn(engine).await
    }
}

/// Makes two tests of one story: `NAME::sqlite` and `NAME::postgres`. A story takes what [`Given`] can give: a running
/// instance, a fresh database, or just the engine.
///
/// ```ignore
/// on_both_engines! {
///     async fn an_organization_signs(app: TestApp) { … }
/// }
/// ```
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($($given:ident)+: $kind:ty) $story:block)+) => { $(
        $(#[$doc])*
        mod $name {
            use super::*;
            use crate::support::{Given, db::Engine};

            async fn story($($given)+: $kind) $story

            #[tokio::test]
            async fn sqlite() {
                story(<$kind>::on(Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                if Engine::Postgres.is_here() {
                    story(<$kind>::on(Engine::Postgres).await).await;
                }
            }
        }
    )+ };
}
pub(crate) use on_both_engines;

/// Runs one diesel expression on whichever engine is connected, as the program's own `both!` does.
macro_rules! both {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            ::undersigned::db::Conn::Sqlite($c) => $body,
            ::undersigned::db::Conn::Pg($c) => $body,
        }
    };
}
pub(crate) use both;
