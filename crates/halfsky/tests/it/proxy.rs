//! A way to the database of a test that can be cut and frozen: TCP in front of the socket of the test's server.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const OPEN: u8 = 0;
/// Nobody listens and every connection is cut, as when the database is stopped.
const GONE: u8 = 1;
/// Connections stay, but nothing comes through, as when the network is broken.
const FROZEN: u8 = 2;
const ENDED: u8 = 3;

/// One step of waiting.
const STEP: Duration = Duration::from_millis(5);

type Pairs = Mutex<Vec<(TcpStream, UnixStream)>>;

/// The way. It ends with the value.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<AtomicU8>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.store(ENDED, Ordering::Relaxed);
    }
}

impl Proxy {
    /// A way to the server of a database address.
    pub(crate) fn to(url: &str) -> Self {
        let dir = url.split("?host=").nth(1).expect("a directory of a socket");
        let socket = PathBuf::from(dir).join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(AtomicU8::new(OPEN));
        let told = Arc::clone(&state);
        std::thread::spawn(move || lead(Some(listener), (address, &socket), &told));
        Self { address, state }
    }

    /// The address of the same database by this way.
    pub(crate) fn url(&self, url: &str) -> String {
        let (database, _) = url.split_once("?host=").expect("a socket");
        let database = database.replace("@localhost", &format!("@{}", self.address));
        format!("{database}?sslmode=disable")
    }

    pub(crate) fn cut(&self) {
        self.state.store(GONE, Ordering::Relaxed);
    }

    pub(crate) fn freeze(&self) {
        self.state.store(FROZEN, Ordering::Relaxed);
    }

    pub(crate) fn open(&self) {
        self.state.store(OPEN, Ordering::Relaxed);
    }
}

fn lead(
    mut listener: Option<TcpListener>,
    (address, socket): (SocketAddr, &std::path::Path),
    state: &Arc<AtomicU8>,
) {
    let pairs = Pairs::default();
    loop {
        std::thread::sleep(STEP);
        match state.load(Ordering::Relaxed) {
            ENDED | GONE => {
                listener = None;
                for (client, server) in pairs.lock().unwrap().drain(..) {
                    // whoever is gone already needs no shutting down
                    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
                }
                if state.load(Ordering::Relaxed) == ENDED {
                    return;
                }
                continue;
            }
            _ => {}
        }
        let listening = listener.get_or_insert_with(|| TcpListener::bind(address).unwrap());
        listening.set_nonblocking(true).unwrap();
        while let Ok((client, _)) = listening.accept() {
            client.set_nonblocking(false).unwrap();
            let server = UnixStream::connect(socket).unwrap();
            carry(client.try_clone().unwrap(), server.try_clone().unwrap(), state);
            carry(server.try_clone().unwrap(), client.try_clone().unwrap(), state);
            pairs.lock().unwrap().push((client, server));
        }
    }
}

/// A stream of either kind.
trait End: std::io::Read + std::io::Write + Send + 'static {
    fn end(&self);
}

impl End for TcpStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl End for UnixStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

/// Carries what comes from one end to the other, as long as nothing is frozen.
fn carry(mut from: impl End, mut to: impl End, state: &Arc<AtomicU8>) {
    let state = Arc::clone(state);
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(read) = from.read(&mut buffer) {
            while state.load(Ordering::Relaxed) == FROZEN {
                std::thread::sleep(STEP);
            }
            if read == 0 || to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        from.end();
        to.end();
    });
}
