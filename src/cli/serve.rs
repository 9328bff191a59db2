//! `stoa serve`: the service, until SIGTERM or Ctrl-C.

use std::io::IsTerminal;
use std::net::TcpListener;
use std::sync::Arc;

use super::ServiceArgs;
use crate::server;
use crate::service::Service;
use crate::store::patience;

pub fn run(args: &ServiceArgs) -> Result<(), String> {
    start_log();
    let config = args.load()?;
    let listener = listen(&config.server.bind)?;
    if config.base_url().starts_with("https:") && config.server.trusted_proxies.is_empty() {
        tracing::warn!("server.base_url is https, but server.trusted_proxies names no proxy: everybody behind it counts as one address");
    }
    let service = Service::open(config, crate::server::registered())?;
    server::prepare(&service)?;
    serve(service, listener, |service| {
        println!("Stoa is at {}", service.config.base_url());
        if let Some(code) = crate::people::actions::setup_code(service) {
            println!("Nobody has an account yet. Open {} and type the setup code {code}", service.link("/setup"));
        }
    })
}

/// Takes the address, or says in one line why not.
pub fn listen(bind: &str) -> Result<TcpListener, String> {
    TcpListener::bind(bind).map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => format!("{bind} is taken by another program; stop it, or choose another with --bind"),
        _ => format!("cannot listen on {bind}: {e}"),
    })
}

/// Runs the server to its end; `says` where it is once it is there.
pub fn serve(service: Arc<Service>, listener: TcpListener, says: impl FnOnce(&Service)) -> Result<(), String> {
    actix_web::rt::System::new().block_on(async move {
        // First: on SQLite a second process is refused here, before it takes answers or does any job.
        let server = server::build(service.clone(), listener).map_err(|e| format!("cannot start: {e}"))?;
        let workers = server::start_workers(&service)?;
        says(&service);
        server.await.map_err(|e| format!("stopped with an error: {e}"))?;
        drop(workers);
        if patience::stuck() {
            tracing::error!("stopped, while the database does not answer");
            std::process::exit(1);
        }
        Ok(())
    })
}

/// Logs to standard error; `RUST_LOG` chooses what.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,actix_server=warn".into());
    // A second start in one process (tests) keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).try_init();
}
