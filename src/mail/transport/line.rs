//! The line to a mail server: it has an end, whatever the server does.
//!
//! Each step has its time, a conversation (one mail) as a whole, and what the server may say its measure. lettre
//! reads a reply to its end, so that all of this is kept here, below it. Who was cut off once stays cut off.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_io::{AsyncRead as _, AsyncWrite as _};
#[allow(deprecated, reason = "the only way to TLS from the first byte over a line of one's own")]
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::client::{AsyncTokioStream, TlsParameters};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};

/// What a server may say in one conversation, in bytes as they come over the wire.
const MOST: usize = 64 * 1024;
/// What it may say of that before TLS, where TLS is demanded.
const MOST_IN_CLEAR: usize = 8 * 1024;
/// How often somebody who waits looks at the time.
const LOOK: Duration = Duration::from_millis(100);
/// The first byte of a TLS handshake, which no command of SMTP begins with.
const HANDSHAKE: u8 = 0x16;

/// The time that a mail server has.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From what is said to it to the whole of its answer.
    pub step: Duration,
    /// For one mail, from the connection to the last answer.
    pub whole: Duration,
    /// For what is under way when the process stops.
    pub hurry: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { step: seconds(20), whole: seconds(90), hurry: seconds(10) }
    }
}

/// Says, once the process stops, by when all conversations must be over.
#[derive(Debug, Clone, Default)]
pub struct Hurry(Arc<OnceLock<Instant>>);

impl Hurry {
    /// The first call counts.
    pub fn within(&self, time: Duration) {
        self.0.get_or_init(|| Instant::now() + time);
    }
}

/// How far a conversation may still go. Known to the line and to whoever holds the connection.
#[derive(Debug, Clone)]
pub struct Talk(Arc<Mutex<Left>>);

#[derive(Debug)]
struct Left {
    step: Duration,
    step_ends: Instant,
    ends: Instant,
    hurry: Hurry,
    bytes: usize,
    in_clear: bool,
    over: Option<Over>,
}

#[derive(Debug, Clone, Copy)]
enum Over {
    Late,
    TooMuch,
}

impl Left {
    fn end(&mut self, over: Over) -> io::Error {
        match *self.over.get_or_insert(over) {
            Over::Late => ErrorKind::TimedOut.into(),
            Over::TooMuch => io::Error::other("the mail server says too much"),
        }
    }

    /// Errors when the conversation has taken too long.
    fn goes_on(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let late = self.ends <= now || self.hurry.0.get().is_some_and(|ends| *ends <= now);
        if late || self.over.is_some() { Err(self.end(Over::Late)) } else { Ok(()) }
    }

    /// The same, and when its present step has.
    fn waits(&mut self) -> io::Result<()> {
        self.goes_on()?;
        if self.step_ends <= Instant::now() { Err(self.end(Over::Late)) } else { Ok(()) }
    }

    /// How many bytes may be read now. In the clear one at a time: what comes behind the answer to STARTTLS is then
    /// no answer of the encrypted server, but a broken handshake.
    fn may_hear(&mut self) -> io::Result<usize> {
        self.waits()?;
        match self.bytes {
            0 => Err(self.end(Over::TooMuch)),
            _ if self.in_clear => Ok(1),
            bytes => Ok(bytes),
        }
    }
}

impl Talk {
    /// A conversation that begins; `in_clear` where TLS is demanded later on.
    pub fn new(limits: &Limits, ends: Instant, hurry: &Hurry, in_clear: bool) -> Self {
        let bytes = if in_clear { MOST_IN_CLEAR } else { MOST };
        let step_ends = Instant::now() + limits.step;
        Self(Arc::new(Mutex::new(Left { step: limits.step, step_ends, ends, hurry: hurry.clone(), bytes, in_clear, over: None })))
    }

    /// The next conversation on the same line.
    pub fn again(&self, ends: Instant, hurry: &Hurry) {
        let mut left = self.left();
        (left.ends, left.hurry, left.bytes) = (ends, hurry.clone(), MOST);
        left.step_ends = Instant::now() + left.step;
    }

    /// Waits for what happens before there is a line. Errors, beside its own: timed out.
    pub async fn wait_for<T>(&self, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        let mut work = pin!(work);
        loop {
            if let Ok(done) = timeout(LOOK, work.as_mut()).await {
                return done;
            }
            self.left().goes_on()?;
        }
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that a conversation goes over.
#[derive(Debug)]
pub struct Line {
    tcp: TcpStream,
    talk: Talk,
    look: Pin<Box<Sleep>>,
}

impl Line {
    pub fn new(tcp: TcpStream, talk: Talk) -> Self {
        let line = Self { tcp, talk, look: Box::pin(sleep(LOOK)) };
        line.step();
        line
    }

    /// The server's turn begins.
    fn step(&self) {
        let mut left = self.talk.left();
        left.step_ends = Instant::now() + left.step;
    }

    /// Nothing comes or goes: ends when there is no time left.
    fn wait<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        loop {
            ready!(self.look.as_mut().poll(cx));
            self.talk.left().waits()?;
            self.look.as_mut().reset(tokio::time::Instant::now() + LOOK);
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let line = self.get_mut();
        let most = line.talk.left().may_hear()?.min(buf.remaining());
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        if Pin::new(&mut line.tcp).poll_read(cx, &mut part)?.is_pending() {
            return line.wait(cx);
        }
        let heard = part.filled().len();
        buf.advance(heard);
        line.talk.left().bytes -= heard;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        line.talk.left().goes_on()?;
        let Poll::Ready(said) = Pin::new(&mut line.tcp).poll_write(cx, buf)? else { return line.wait(cx) };
        line.step();
        let mut left = line.talk.left();
        if left.in_clear && buf.first() == Some(&HANDSHAKE) {
            (left.in_clear, left.bytes) = (false, MOST);
        }
        Poll::Ready(Ok(said))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

/// A line that is encrypted from the first byte.
#[derive(Debug)]
#[allow(deprecated, reason = "as above")]
pub struct Encrypted(AsyncNetworkStream);

#[allow(deprecated, reason = "as above")]
impl Encrypted {
    pub async fn over(line: Line, tls: TlsParameters) -> Result<Self, lettre::transport::smtp::Error> {
        let mut stream = AsyncNetworkStream::use_existing_tokio1(Box::new(line));
        stream.upgrade_tls(tls).await?;
        Ok(Self(stream))
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let heard = ready!(Pin::new(&mut self.0).poll_read(cx, buf.initialize_unfilled()))?;
        buf.advance(heard);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(cx)
    }
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }
}
