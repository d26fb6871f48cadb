//! MNIST and Fashion-MNIST where they are nowhere.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::{env, fs, thread};

use crate::program::{Ended, Workplace};

/// A mirror with the files of a folder, or with none; its address.
fn mirror(folder: Option<PathBuf>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..count]).into_owned();
            let name = request.split(' ').nth(1).unwrap().trim_start_matches('/');
            let body = folder.as_ref().and_then(|folder| fs::read(folder.join(name)).ok());
            let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
            let body = body.unwrap_or_default();
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[test]
fn what_could_not_be_fetched_is_said_and_where_to_put_it() {
    let place = Workplace::new();
    let mirrors = format!("{} http://127.0.0.1:1", mirror(None));
    for (arguments, folder) in [
        ("data --data fashion-mnist", ".cache/diabolo/fashion-mnist"),
        ("data --data fashion-mnist --data-dir here --json", "here/fashion-mnist"),
    ] {
        let ended = Ended::of(place.diabolo(arguments).env("DIABOLO_MIRROR", &mirrors).output().unwrap());
        assert_eq!(ended.exit, 1, "{}", ended.stderr);
        let sentence = ended.sentence();
        for words in ["no Fashion-MNIST files", folder, "t10k-labels-idx1-ubyte", "the answer is 404", "127.0.0.1:1: "]
        {
            assert!(sentence.contains(words), "{words}: {sentence}");
        }
    }
    assert_eq!(place.path("").read_dir().unwrap().count(), 0, "nothing is left");
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn mnist_is_fetched_once() {
    let Some(folder) = env::var_os("DIABOLO_DATA").map(PathBuf::from) else {
        eprintln!("SKIPPED: set DIABOLO_DATA to the folder of the MNIST files, gzipped");
        return;
    };
    let place = Workplace::new();
    // An earlier fetch that ended early.
    let cache = place.path(".cache/diabolo/mnist");
    fs::create_dir_all(&cache).unwrap();
    fs::copy(folder.join("t10k-labels-idx1-ubyte.gz"), cache.join("t10k-labels-idx1-ubyte.gz")).unwrap();

    let command = |mirror: &str| place.diabolo("data --data mnist --json").env("DIABOLO_MIRROR", mirror).output();
    let first = Ended::of(command(&mirror(Some(folder))).unwrap());
    assert_eq!(first.exit, 0, "{}", first.stderr);
    assert_eq!(first.events()[0]["train"]["samples"], 60_000);
    assert_eq!(cache.read_dir().unwrap().count(), 4);
    let again = Ended::of(command("http://127.0.0.1:1").unwrap());
    assert_eq!(again.stdout, first.stdout);
}
