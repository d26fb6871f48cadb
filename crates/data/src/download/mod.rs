//! MNIST and Fashion-MNIST from the network, where they are nowhere on this machine.
//!
//! The files are known by the SHA-256 of what they hold, so that it does not matter who serves them, nor over what: a
//! mirror that sends anything else is passed over for the next one. A file is checked in memory and appears in its folder
//! as a whole, uncompressed, or not at all.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use flate2::bufread::GzDecoder;
use ureq::Agent;

use crate::mnist::{self, Collection};
use crate::{Error, write_atomically};

mod pins;
#[cfg(test)]
mod tests;

use pins::Pin;

/// Bytes by which a compressed file may exceed the file itself.
const OVERHEAD: u64 = 1 << 16;
/// How long one file may take, however steadily it drips.
const FILE_TIMEOUT: Duration = Duration::from_secs(3600);

/// How to fetch the four files of a collection.
///
/// ```no_run
/// use diabolo_data::download::Download;
/// use diabolo_data::mnist::Collection;
///
/// let folder = std::path::Path::new("data/fashion-mnist");
/// Download::new(Collection::FashionMnist).run(folder, &mut |_| ())?;
/// let data = Collection::FashionMnist.find(&[folder.into()])?.load("fashion-mnist")?;
/// # Ok::<(), diabolo_data::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Download {
    /// What to fetch.
    pub collection: Collection,
    /// Addresses to which `/train-images-idx3-ubyte.gz` and so on is appended, tried one after the other for each file.
    pub mirrors: Vec<String>,
    /// The address of a proxy, as `http://proxy:3128`.
    pub proxy: Option<String>,
    /// How long to look for a mirror's address, and then how long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a mirror may be silent.
    pub stall_timeout: Duration,
}

/// How far a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The name of the file.
    pub file: &'static str,
    /// Compressed bytes that have arrived.
    pub received: u64,
    /// Compressed bytes in all, if the mirror says so.
    pub total: Option<u64>,
}

impl Download {
    /// From the known mirrors, with a patience of 5 seconds for a connection and 30 for the next byte.
    pub fn new(collection: Collection) -> Self {
        Self {
            collection,
            mirrors: pins::mirrors(collection).iter().map(|&mirror| mirror.to_owned()).collect(),
            proxy: None,
            connect_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(30),
        }
    }

    /// Fetches those of the four files that are not in the folder, which is made when the first one has arrived.
    /// `progress` is called for every few kilobytes.
    ///
    /// # Errors
    /// [`Error::Download`] if no mirror has a file, with what went wrong at each; [`Error::Io`] if a file cannot be
    /// written.
    pub fn run(&self, folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        self.fetch(&pins::pins(self.collection), folder, progress)
    }

    fn fetch(&self, pins: &[Pin], folder: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        let failed = |pin: &Pin, reasons| Error::Download { file: format!("{}.gz", pin.name), reasons };
        let Some(missing) = pins.iter().find(|pin| mnist::file(folder, pin.name).is_none()) else {
            return Ok(());
        };
        let agent = self.agent().map_err(|reason| failed(missing, vec![reason]))?;
        for pin in pins.iter().filter(|pin| mnist::file(folder, pin.name).is_none()) {
            let bytes = self.ask_all(&agent, pin, progress).map_err(|reasons| failed(pin, reasons))?;
            fs::create_dir_all(folder).map_err(|source| Error::Io { path: folder.into(), source })?;
            let path = folder.join(pin.name);
            write_atomically(&path, &bytes).map_err(|source| Error::Io { path, source })?;
        }
        Ok(())
    }

    fn agent(&self) -> Result<Agent, String> {
        let proxy = self.proxy.as_ref().map(|address| {
            ureq::Proxy::new(address)
                .map_err(|_| format!("'{address}' is no address of a proxy; write http://host:port"))
        });
        let config = Agent::config_builder()
            .proxy(proxy.transpose()?)
            .timeout_resolve(Some(self.connect_timeout))
            .timeout_connect(Some(self.connect_timeout))
            .timeout_recv_response(Some(self.stall_timeout))
            .timeout_per_read(Some(self.stall_timeout))
            .timeout_per_call(Some(FILE_TIMEOUT));
        Ok(config.build().new_agent())
    }

    /// The file from the first mirror that has it, or what went wrong at each.
    fn ask_all(&self, agent: &Agent, pin: &Pin, progress: &mut dyn FnMut(Progress)) -> Result<Vec<u8>, Vec<String>> {
        if self.mirrors.is_empty() {
            return Err(vec!["there is no mirror to ask".to_owned()]);
        }
        let mut reasons = vec![];
        for mirror in &self.mirrors {
            let address = format!("{}/{}.gz", mirror.trim_end_matches('/'), pin.name);
            match self.ask(agent, &address, pin, progress) {
                Ok(bytes) => return Ok(bytes),
                Err(reason) => reasons.push(format!("{mirror}: {reason}")),
            }
        }
        Err(reasons)
    }

    fn ask(
        &self,
        agent: &Agent,
        address: &str,
        pin: &Pin,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<u8>, String> {
        let response = agent.get(address).call().map_err(|error| self.in_words(&error))?;
        let total = response.body().content_length();
        let limit = pin.bytes + OVERHEAD;
        if total.is_some_and(|total| total > limit) {
            return Err(format!("the file has {} bytes where at most {limit} are expected", total.unwrap_or(limit)));
        }
        let body = response.into_body().into_reader().take(limit);
        let arriving = Arriving { body, pin, received: 0, total, progress };
        let bytes = unpacked(BufReader::new(arriving), pin.bytes + 1).map_err(|error| self.fault(&error))?;
        if bytes.len() as u64 != pin.bytes {
            let found = if bytes.len() as u64 > pin.bytes { "more" } else { "fewer" };
            return Err(format!("the file holds {found} than the {} bytes that are expected", pin.bytes));
        }
        if hmac_sha256::Hash::hash(&bytes)[..] != pin.sha256() {
            return Err("the file holds something else: its SHA-256 differs".to_owned());
        }
        Ok(bytes)
    }

    fn fault(&self, error: &io::Error) -> String {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
            Some(error) => self.in_words(error),
            None if error.kind() == io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
            None => format!("the file is damaged ({error})"),
        }
    }

    fn in_words(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::StatusCode(code) => format!("the answer is {code}"),
            ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => {
                format!("no connection within {} s", self.connect_timeout.as_secs_f64())
            }
            ureq::Error::Timeout(_) => format!("nothing arrived for {} s", self.stall_timeout.as_secs_f64()),
            ureq::Error::HostNotFound => "the host is unknown".to_owned(),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "the file ends too early".to_owned()
            }
            ureq::Error::Io(error) => error.to_string(),
            error => error.to_string(),
        }
    }
}

/// Up to `limit` bytes of a file that may be compressed. What follows the compressed file is not read.
fn unpacked(mut file: impl BufRead, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        GzDecoder::new(file).take(limit).read_to_end(&mut bytes)?;
    } else {
        file.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// A body that tells how much of it has arrived.
struct Arriving<'a, R> {
    body: R,
    pin: &'a Pin,
    received: u64,
    total: Option<u64>,
    progress: &'a mut dyn FnMut(Progress),
}

impl<R: Read> Read for Arriving<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(buffer)?;
        self.received += count as u64;
        (self.progress)(Progress { file: self.pin.name, received: self.received, total: self.total });
        Ok(count)
    }
}
