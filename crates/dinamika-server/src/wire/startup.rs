//! The beginning of a connection: who it is of, proved with SCRAM-SHA-256.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use dinamika_engine::postgres::{DATABASE, SERVER_VERSION};
use futures::{Sink, SinkExt};
use pgwire::{
    api::{
        ClientInfo, ConnectionGuard, ConnectionHandle, ConnectionManager, METADATA_CLIENT_ENCODING, METADATA_DATABASE,
        METADATA_USER, PgWireConnectionState, PidSecretKeyGenerator, RandomPidSecretKeyGenerator,
        auth::{
            DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
            sasl::SCRAM_SHA_256_METHOD, save_startup_parameters_to_metadata,
        },
    },
    error::{PgWireError, PgWireResult},
    messages::{
        PgWireBackendMessage, PgWireFrontendMessage,
        startup::{Authentication, PasswordMessageFamily},
    },
};
use tokio::sync::Mutex;

use super::errors::{fatal, of_problem};
use crate::{
    Problem, Serving,
    access::{First, Key, Verifier, Who},
};

/// Whoever a connection is of; it is put into the connection once they proved it.
#[derive(Debug)]
pub(super) struct Admitted {
    name: String,
    /// Whether they had to: without accounts nobody has.
    is_proved: bool,
    /// What they proved to know.
    mark: Option<String>,
}

impl Admitted {
    /// Who they are now.
    pub(super) fn who(&self, serving: &Serving) -> Result<Who, Problem> {
        if !self.is_proved && serving.gate().has_accounts()? {
            return Err(Problem::BadLogin);
        }
        if serving.gate().wire_mark(&self.name)? != self.mark {
            return Err(Problem::BadLogin);
        }
        serving.gate().wire_who(&self.name)
    }
}

/// How long a connection may take to be let in: those that say nothing must not keep the others' places.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far the exchange is.
enum Step {
    Greeted,
    Asked(Verifier),
    Answered(First),
    Over,
}

/// Lets one connection in.
pub(super) struct Startup {
    serving: Arc<Serving>,
    connections: Arc<ConnectionManager>,
    step: Mutex<Step>,
    /// Whether it has been let in.
    is_in: Arc<AtomicBool>,
}

impl Startup {
    pub(super) fn new(serving: Arc<Serving>, connections: Arc<ConnectionManager>) -> Self {
        Self { serving, connections, step: Mutex::new(Step::Greeted), is_in: Arc::default() }
    }

    /// Ends when the connection has had its time to say who it is of, and has not.
    pub(super) fn silence(&self) -> impl Future<Output = ()> + Send + use<> {
        let is_in = Arc::clone(&self.is_in);
        async move {
            tokio::time::sleep(PATIENCE).await;
            if is_in.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
        }
    }

    /// What a client says of itself has to be so.
    fn greeted<C: ClientInfo>(&self, client: &C) -> PgWireResult<Key> {
        let told = |name: &str| client.metadata().get(name).map(String::as_str);
        let name = told(METADATA_USER).ok_or(PgWireError::UserNameRequired)?;
        // A client that was told none asks for the database of its own name.
        let database = told(METADATA_DATABASE).filter(|database| *database != name).unwrap_or(DATABASE);
        if database != DATABASE {
            return Err(fatal("3D000", format!("базы «{database}» нет: она одна и называется «{DATABASE}»")));
        }
        let encoding = told(METADATA_CLIENT_ENCODING).unwrap_or("UTF8").to_lowercase().replace(['-', '\''], "");
        if !["utf8", "unicode", "auto"].contains(&encoding.as_str()) {
            return Err(fatal("22023", "отвечаем только в UTF8: SET client_encoding TO 'UTF8'".to_owned()));
        }
        match self.serving.gate().wire_key(name).map_err(of_problem)? {
            // Without accounts this computer is believed, and no other.
            Key::Nothing if !client.socket_addr().ip().is_loopback() => Err(of_problem(Problem::NoAccounts)),
            key => Ok(key),
        }
    }

    async fn let_in<C>(&self, client: &mut C, is_proved: bool) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let name = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
        let mark = self.serving.gate().wire_mark(&name).map_err(of_problem)?;
        let admitted = Admitted { name, is_proved, mark };
        admitted.who(&self.serving).map_err(of_problem)?;
        self.is_in.store(true, Ordering::Relaxed);
        client.session_extensions().insert(admitted);
        let (pid, secret) = RandomPidSecretKeyGenerator::default().generate(client);
        // pgwire counts from the same number in every connection; the secret alone would do, but both are compared.
        let pid = pid.wrapping_add(i32::from(rand::random::<u16>()));
        client.set_pid_and_secret_key(pid, secret.clone());
        let (handle, guard) = self.connections.register(pid, secret);
        client.session_extensions().insert::<Arc<ConnectionHandle>>(handle);
        client.session_extensions().insert::<ConnectionGuard>(guard);
        let mut parameters = DefaultServerParameterProvider::default();
        parameters.server_version = format!("{SERVER_VERSION} (dinamika {})", env!("CARGO_PKG_VERSION"));
        parameters.is_superuser = false;
        parameters.default_transaction_read_only = true;
        finish_authentication(client, &parameters).await
    }
}

#[async_trait]
impl StartupHandler for Startup {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let mut step = self.step.lock().await;
        match (std::mem::replace(&mut *step, Step::Over), message) {
            (Step::Greeted, PgWireFrontendMessage::Startup(startup)) => {
                protocol_negotiation(client, &startup).await?;
                save_startup_parameters_to_metadata(client, &startup);
                match self.greeted(client)? {
                    Key::Nothing => self.let_in(client, false).await,
                    Key::Password(verifier) => {
                        *step = Step::Asked(verifier);
                        client.set_state(PgWireConnectionState::AuthenticationInProgress);
                        say(client, Authentication::SASL(vec![SCRAM_SHA_256_METHOD.to_owned()])).await
                    }
                }
            }
            (Step::Asked(verifier), PgWireFrontendMessage::PasswordMessageFamily(sent)) => {
                let first = first(sent, verifier)?;
                let answer = first.answer().to_owned();
                *step = Step::Answered(first);
                say(client, Authentication::SASLContinue(answer.into())).await
            }
            (Step::Answered(first), PgWireFrontendMessage::PasswordMessageFamily(sent)) => {
                let name = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
                let proved = first.proved(&sent.into_sasl_response()?.data);
                self.serving.gate().wire_tried(&name, proved.is_some()).map_err(of_problem)?;
                let answer = proved.ok_or_else(|| of_problem(Problem::BadLogin))?;
                say(client, Authentication::SASLFinal(answer.into())).await?;
                self.let_in(client, true).await
            }
            _ => Err(fatal("08P01", "не то сообщение")),
        }
    }
}

fn first(sent: PasswordMessageFamily, verifier: Verifier) -> PgWireResult<First> {
    let sent = sent.into_sasl_initial_response()?;
    if sent.auth_method != SCRAM_SHA_256_METHOD {
        return Err(PgWireError::UnsupportedSASLAuthMethod(sent.auth_method));
    }
    let message = sent.data.unwrap_or_default();
    First::take(&message, verifier, rand::random()).ok_or_else(|| fatal("08P01", "не сообщение SCRAM-SHA-256"))
}

async fn say<C>(client: &mut C, word: Authentication) -> PgWireResult<()>
where
    C: Sink<PgWireBackendMessage> + Unpin + Send,
    PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
{
    Ok(client.send(PgWireBackendMessage::Authentication(word)).await?)
}
