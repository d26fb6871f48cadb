//! A server on this machine that does everything wrong.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

/// What the server does with a request.
#[derive(Clone)]
enum Answer {
    /// Sends a status, a length if there is one, and a body; then hangs up.
    Send(u16, Option<usize>, Vec<u8>),
    /// Sends this much of the body, and then nothing.
    Stall(usize, Vec<u8>),
    /// Sends chunks and no length.
    Chunks(Vec<u8>),
}

/// A server that gives this answer to every request; its address, and the paths that were asked for.
fn server(answer: Answer) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/files/", listener.local_addr().unwrap());
    let (asked, paths) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = asked.send(request(&mut stream));
            respond(&mut stream, &answer);
        }
    });
    (address, paths)
}

/// The path of a request, which is read to its end.
fn request(stream: &mut TcpStream) -> String {
    let mut text = vec![];
    while !text.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap().split(' ').nth(1).unwrap().to_owned()
}

fn respond(stream: &mut TcpStream, answer: &Answer) {
    // A client that has seen enough hangs up.
    let _ = match answer {
        Answer::Send(status, length, body) => {
            let length = length.map_or_else(String::new, |length| format!("Content-Length: {length}\r\n"));
            stream
                .write_all(format!("HTTP/1.1 {status} Words\r\n{length}Connection: close\r\n\r\n").as_bytes())
                .and_then(|()| stream.write_all(body))
        }
        Answer::Stall(sent, body) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..*sent]));
            let _ = stream.read(&mut [0]); // until the client hangs up
            sent
        }
        Answer::Chunks(body) => {
            let mut text = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".to_vec();
            for chunk in body.chunks(7) {
                text.extend(format!("{:x}\r\n", chunk.len()).bytes());
                text.extend(chunk);
                text.extend(b"\r\n");
            }
            text.extend(b"0\r\n\r\n");
            stream.write_all(&text)
        }
    };
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What the file holds: nothing that compresses well.
fn content() -> Vec<u8> {
    (0..5000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

const PIN: Pin = Pin {
    name: "train-labels-idx1-ubyte",
    bytes: 5000,
    digest: "0ee0b811d80affcc3ebbcbbcf05ab2043e67c5787fe7e5a56accb282588aff8a",
};

/// What fetching the file from these mirrors leads to, in a folder that did not exist before.
struct Fetched {
    result: Result<(), Error>,
    progress: Vec<Progress>,
    parent: TempDir,
}

impl Fetched {
    fn from(mirrors: &[&str]) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let download = Download {
            mirrors: mirrors.iter().map(|&mirror| mirror.to_owned()).collect(),
            stall_timeout: Duration::from_millis(200),
            ..Download::new(Collection::Mnist)
        };
        let mut progress = vec![];
        let result = download.fetch(&[PIN], &parent.path().join("mnist"), &mut |step| progress.push(step));
        Self { result, progress, parent }
    }

    fn folder(&self) -> PathBuf {
        self.parent.path().join("mnist")
    }

    /// The file is there, as it should be, and nothing else is.
    #[track_caller]
    fn succeeded(&self) {
        assert!(self.result.is_ok(), "{:?}", self.result);
        assert_eq!(fs::read(self.folder().join(PIN.name)).unwrap(), content());
        assert_eq!(fs::read_dir(self.folder()).unwrap().count(), 1);
        assert_eq!(fs::read_dir(self.parent.path()).unwrap().count(), 1);
    }

    /// One sentence with these words, and nothing was left.
    #[track_caller]
    fn failed(&self, words: &str) {
        let message = self.result.as_ref().unwrap_err().to_string();
        assert!(message.starts_with("train-labels-idx1-ubyte.gz could not be fetched: http://"), "{message}");
        assert!(message.contains(words) && !message.contains('\n'), "'{words}': {message}");
        assert_eq!(fs::read_dir(self.parent.path()).unwrap().count(), 0, "nothing is left");
    }
}

fn fetched(answer: Answer) -> Fetched {
    Fetched::from(&[&server(answer).0])
}

#[test]
fn a_good_file_arrives_with_or_without_a_length() {
    let body = gzip(&content());
    let (address, paths) = server(Answer::Send(200, Some(body.len()), body.clone()));
    let told = Fetched::from(&[&address]);
    told.succeeded();
    assert_eq!(paths.recv().unwrap(), "/files/train-labels-idx1-ubyte.gz");
    let last = told.progress.last().unwrap();
    let size = body.len() as u64;
    assert_eq!(*last, Progress { file: PIN.name, received: size, total: Some(size) });

    fetched(Answer::Send(200, None, body.clone())).succeeded();
    fetched(Answer::Chunks(body)).succeeded();
    fetched(Answer::Send(200, None, content())).succeeded(); // a server may decompress on its own
}

#[test]
fn a_file_that_is_there_is_not_fetched_again() {
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join("train-labels.idx1-ubyte.gz"), "mine").unwrap();
    let (address, paths) = server(Answer::Send(500, None, vec![]));
    let download = Download { mirrors: vec![address], ..Download::new(Collection::Mnist) };
    download.fetch(&[PIN], parent.path(), &mut |_| ()).unwrap();
    assert!(paths.try_recv().is_err());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
}

#[test]
fn a_truncated_file_is_refused() {
    let body = gzip(&content());
    for keep in [0, 1, 9, 100, body.len() - 8, body.len() - 1] {
        fetched(Answer::Send(200, Some(keep), body[..keep].to_vec())).failed(": the file ");
        fetched(Answer::Send(200, Some(body.len()), body[..keep].to_vec())).failed(": ");
        fetched(Answer::Send(200, None, body[..keep].to_vec())).failed(": the file ");
    }
}

#[test]
fn a_length_that_is_a_lie_does_not_matter_where_the_file_is_whole() {
    let body = gzip(&content());
    fetched(Answer::Send(200, Some(body.len() + 100), body.clone())).succeeded();
    fetched(Answer::Send(200, Some(body.len() - 100), body.clone())).failed("ends too early");
    fetched(Answer::Send(200, Some(1 << 40), body)).failed("has 1099511627776 bytes where at most");
}

#[test]
fn a_server_that_stalls_is_given_up() {
    let body = gzip(&content());
    fetched(Answer::Stall(0, body.clone())).failed("nothing arrived for 0.2 s");
    fetched(Answer::Stall(500, body)).failed("nothing arrived for 0.2 s");
}

#[test]
fn a_wrong_file_is_refused() {
    let mut other = content();
    other[4999] ^= 1;
    fetched(Answer::Send(200, None, gzip(&other))).failed("SHA-256 differs");
    fetched(Answer::Send(200, None, gzip(&other[..4999]))).failed("fewer than the 5000 bytes");
    fetched(Answer::Send(200, None, b"<html>log in first</html>".to_vec())).failed("fewer than the 5000 bytes");
    let mut damaged = gzip(&content());
    damaged[500] ^= 255;
    fetched(Answer::Send(200, None, damaged)).failed(": the file ");
}

#[test]
fn a_bomb_is_stopped_at_the_size_that_the_file_should_have() {
    fetched(Answer::Send(200, None, gzip(&vec![0; 100 << 20]))).failed("more than the 5000 bytes");
    fetched(Answer::Send(200, None, vec![7; 1 << 20])).failed("more than the 5000 bytes");
}

#[test]
fn the_next_mirror_is_asked() {
    let missing = server(Answer::Send(404, Some(0), vec![])).0;
    let wrong = server(Answer::Send(200, None, gzip(b"wrong"))).0;
    let good = server(Answer::Send(200, None, gzip(&content()))).0;
    Fetched::from(&["http://127.0.0.1:1", &missing, &wrong, &good]).succeeded();
    let failed = Fetched::from(&[&missing, "http://127.0.0.1:1"]);
    failed.failed(&format!("{missing}: the answer is 404; http://127.0.0.1:1: "));
}

#[test]
fn what_cannot_be_asked_is_said() {
    let message = |download: Download| {
        let parent = tempfile::tempdir().unwrap();
        download.run(&parent.path().join("mnist"), &mut |_| ()).unwrap_err().to_string()
    };
    let new = || Download::new(Collection::FashionMnist);
    assert!(message(Download { mirrors: vec![], ..new() }).contains("no mirror to ask"));
    assert!(message(Download { mirrors: vec!["nonsense".into()], ..new() }).contains("nonsense: "));
    assert!(message(Download { proxy: Some("::".into()), ..new() }).contains("no address of a proxy"));
}

#[test]
fn every_pin_is_whole() {
    for collection in Collection::ALL {
        assert!(pins::pins(collection).iter().all(|pin| pin.sha256().len() == 32));
        assert!(pins::mirrors(collection).len() >= 2);
    }
}
