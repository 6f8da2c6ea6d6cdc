//! The served release over PostgreSQL's protocol, for tools that speak nothing else.
//!
//! The same accounts, policy, limits and audit log as `POST /api/v1/sql`: a statement becomes a plan at the desk of
//! the release as its reader sees it (`dinamika_engine::postgres`) and goes the way of any reader's own SQL.

mod errors;
mod queries;
mod startup;
mod tls;

use std::sync::Arc;

use pgwire::{
    api::{
        ConnectionManager, ErrorHandler, PgWireServerHandlers,
        auth::StartupHandler,
        cancel::DefaultCancelHandler,
        query::{ExtendedQueryHandler, SimpleQueryHandler},
    },
    tokio::process_socket,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;

pub use tls::{Tls, TlsError};

use crate::Serving;
use queries::Queries;
use startup::Startup;

/// Connections open at once. Each keeps a socket and what it prepared, nothing more.
const CONNECTIONS: usize = 200;

/// Answers connections until stopped. Connections still open then are closed with the process.
pub async fn serve(listener: TcpListener, serving: Arc<Serving>, tls: Option<Tls>, stop: CancellationToken) {
    let connections = Arc::new(ConnectionManager::new());
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let acceptor = tls.map(Tls::into_acceptor);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                // Out of descriptors, mostly: those in use come back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        // One too many waits for its place in the client's own time-out.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (serving, connections) = (Arc::clone(&serving), Arc::clone(&connections));
        let (acceptor, stop) = (acceptor.clone(), stop.clone());
        tokio::spawn(async move {
            let _place = place;
            let startup = Arc::new(Startup::new(Arc::clone(&serving), Arc::clone(&connections)));
            let silence = startup.silence();
            let handlers = Handlers { startup, queries: Arc::new(Queries::new(serving)), connections };
            tokio::select! {
                () = stop.cancelled() => {}
                () = silence => {}
                ended = process_socket(socket, acceptor, Arc::new(handlers)) => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke");
                    }
                }
            }
        });
    }
}

/// What answers one connection.
struct Handlers {
    startup: Arc<Startup>,
    queries: Arc<Queries>,
    connections: Arc<ConnectionManager>,
}

impl PgWireServerHandlers for Handlers {
    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        Arc::clone(&self.startup)
    }

    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        Arc::clone(&self.queries)
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        Arc::clone(&self.queries)
    }

    fn error_handler(&self) -> Arc<impl ErrorHandler> {
        Arc::new(errors::Unfriendly)
    }

    fn cancel_handler(&self) -> Arc<impl pgwire::api::cancel::CancelHandler> {
        Arc::new(DefaultCancelHandler::new(Arc::clone(&self.connections)))
    }
}
