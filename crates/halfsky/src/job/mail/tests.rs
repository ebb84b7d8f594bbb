//! Against a mail server of its own: a small one that speaks SMTP on a local port.

use std::sync::{Arc, Mutex};

use halfsky_monitor::reporting::UnitId;
use halfsky_store::accounts::Contact;
use halfsky_store::audit::Entry;
use halfsky_store::notifications::ByMail;
use halfsky_store::testing::TestDatabase;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const NOW: &str = "2026-03-05T01:30:00Z";

/// A mail server: what it was given, and how it answers to recipients.
#[derive(Debug, Clone, Default)]
struct Server {
    letters: Arc<Mutex<Vec<String>>>,
    /// Answer to RCPT instead of 250.
    refusal: Arc<Mutex<Option<&'static str>>>,
}

impl Server {
    async fn open(&self) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().talk(stream));
            }
        });
        port
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 example ESMTP\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let word = line.split(' ').next().unwrap_or("").to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-example\r\n250 8BITMIME\r\n".to_owned(),
                "RCPT" => {
                    let refusal = *self.refusal.lock().unwrap();
                    format!("{}\r\n", refusal.unwrap_or("250 OK"))
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut letter = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    self.letters.lock().unwrap().push(letter);
                    "250 taken\r\n".to_owned()
                }
                "QUIT" => "221 bye\r\n".to_owned(),
                _ => "250 OK\r\n".to_owned(),
            };
            if write.write_all(answer.as_bytes()).await.is_err() || word == "QUIT" {
                return;
            }
        }
    }

    fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

fn mail(port: u16) -> Mail {
    Mail {
        host: "127.0.0.1".to_owned(),
        port,
        encryption: Encryption::None,
        credentials: None,
        from: "halfsky@example.cn".to_owned(),
    }
}

/// People of the example, of whom the reporter has an address; a reminder to the reporter's unit.
async fn database() -> TestDatabase {
    let database = halfsky_web::testing::database().await;
    let entry = |action: &str| Entry::new(NOW.parse().unwrap(), "test", action, "test");
    let mut tx = database.store.begin_reference().await.unwrap();
    let contact = Contact { phone: String::new(), email: "reporter@unit.example.cn".to_owned() };
    let id = AccountId("reporter".to_owned());
    let sealing = (&halfsky_web::testing::SECRET, [[1; 12], [2; 12]]);
    accounts::set_contact(&mut tx, sealing, &id, &contact).await.unwrap();
    tx.commit(entry("account.change")).await.unwrap();
    let mut tx = database.store.begin(&"990101".parse().unwrap()).await.unwrap();
    let told = Notification {
        id: "0192".to_owned(),
        to: Recipient::Unit(UnitId("health".to_owned())),
        kind: "reminder".to_owned(),
        title: "催报：2025年统计监测数据".to_owned(),
        content: "县卫生健康局：\n已逾期3天，请尽快填报。".to_owned(),
        link: "/tasks".to_owned(),
        created_at: NOW.parse().unwrap(),
        by_mail: ByMail::Yes,
    };
    notifications::notify(&mut tx, &[told]).await.unwrap();
    tx.commit(entry("round.remind")).await.unwrap();
    database
}

async fn send(database: &TestDatabase, mail: &Mail, at: &str) -> (usize, usize) {
    let key = halfsky_web::testing::SECRET;
    let address = "https://halfsky.example.cn";
    let post = Post { store: &database.store, key: &key, mail, address };
    let at: Timestamp = at.parse().unwrap();
    post.send_all(|| at).await.unwrap()
}

#[tokio::test]
async fn a_reminder_reaches_the_people_of_the_unit_once() {
    let (database, server) = (database().await, Server::default());
    let mail = mail(server.open().await);
    assert_eq!(send(&database, &mail, NOW).await, (1, 0), "only who left an address");
    assert_eq!(send(&database, &mail, "2026-03-06T01:30:00Z").await, (0, 0));
    let letters = server.letters();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert!(letter.contains("reporter@unit.example.cn"), "{letter}");
    assert!(letter.contains("Message-ID: <0192.reporter@example.cn>"), "{letter}");
    assert!(letter.contains("Date: Thu, 05 Mar 2026 01:30:00"), "{letter}");
    assert!(!anything_to_send(&database.store, NOW.parse().unwrap()).await.unwrap());
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_tried_again() {
    let (database, server) = (database().await, Server::default());
    let mail = mail(server.open().await);
    *server.refusal.lock().unwrap() = Some("451 later");
    assert_eq!(send(&database, &mail, NOW).await, (0, 1));
    *server.refusal.lock().unwrap() = None;
    assert_eq!(send(&database, &mail, NOW).await, (0, 0), "not at once");
    assert_eq!(send(&database, &mail, "2026-03-05T01:32:00Z").await, (1, 0));
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_given_up() {
    let (database, server) = (database().await, Server::default());
    let mail = mail(server.open().await);
    *server.refusal.lock().unwrap() = Some("550 nobody here");
    assert_eq!(send(&database, &mail, NOW).await, (0, 1));
    assert_eq!(send(&database, &mail, "2026-03-07T01:30:00Z").await, (0, 0));
}

#[test]
fn an_e_mail_is_given_up_after_some_time() {
    let now: Timestamp = NOW.parse().unwrap();
    let next = Trouble::Server.again(1, now).unwrap();
    assert_eq!(next.to_string(), "2026-03-05T01:31:00Z");
    assert!(Trouble::Server.again(6, now).is_none());
    assert!(Trouble::Address.again(1, now).is_none());
}
