//! Running the program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use serde_json::Value;
use tempfile::TempDir;

/// Settings of a run that takes a fraction of a second.
pub(crate) const SMALL: &str = "--set digits=300 --latent 2 --epochs 2 --batch 50";

/// A folder in which the program is run, with nothing of the user's environment.
pub(crate) struct Workplace(TempDir);

/// What a run of the program left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A process in this folder that finds the program in its path.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_diabolo"));
        let folder = binary.parent().unwrap().to_owned();
        let paths = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env("PATH", env::join_paths([folder].into_iter().chain(paths)).unwrap())
            .env("HOME", self.0.path())
            .env_remove("XDG_CACHE_HOME")
            .env_remove("DIABOLO_DATA")
            .env("DIABOLO_MIRROR", "http://127.0.0.1:1") // where nobody answers
            .envs(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].map(|name| (name, "")))
            .stdin(Stdio::null());
        command
    }

    /// The program with these arguments, separated by spaces.
    pub(crate) fn diabolo(&self, arguments: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_diabolo"));
        command.args(arguments.split_whitespace());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &str) -> Ended {
        Ended::of(self.diabolo(arguments).output().unwrap())
    }

    /// Runs the program, which must succeed.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &str) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.exit, 0, "`diabolo {arguments}` failed: {}", ended.stderr);
        ended
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            exit: output.status.code().expect("the program is not killed"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one sentence that a failed run ends with.
    #[track_caller]
    pub(crate) fn sentence(&self) -> &str {
        let errors: Vec<&str> = self.stderr.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        assert_eq!(errors.len(), 1, "one error is told: {}", self.stderr);
        assert!(self.stderr.trim_end().ends_with(errors[0]), "the error comes last: {}", self.stderr);
        errors[0]
    }

    /// Standard output as events; nothing else may be on it.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
            .collect()
    }
}

/// Width, height and channels of a PNG file, decoded to the end.
#[track_caller]
pub(crate) fn decoded(png: &[u8]) -> (u32, u32, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert!(pixels.iter().any(|&byte| byte != pixels[0]), "the image is of one colour");
    (frame.width, frame.height, frame.color_type.samples())
}

/// The shape and the numbers of an NPY file, read as its documentation describes the format.
#[track_caller]
pub(crate) fn npy(bytes: &[u8]) -> (Vec<usize>, Vec<f64>) {
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(start % 64, 0, "numbers are aligned");
    let header = std::str::from_utf8(&bytes[10..start]).unwrap();
    assert!(header.contains("'fortran_order': False"), "{header}");
    let shape = header.split("'shape': (").nth(1).unwrap().split(')').next().unwrap();
    let shape: Vec<usize> = shape.split(", ").map(|extent| extent.parse().unwrap()).collect();
    let body = &bytes[start..];
    let numbers: Vec<f64> = match header.split("'descr': '").nth(1).unwrap().split('\'').next().unwrap() {
        "|u1" => body.iter().map(|&byte| byte.into()).collect(),
        "<f4" => body.as_chunks().0.iter().map(|&word| f32::from_le_bytes(word).into()).collect(),
        "<f8" => body.as_chunks().0.iter().map(|&word| f64::from_le_bytes(word)).collect(),
        other => panic!("numbers of type {other}"),
    };
    assert_eq!(numbers.len(), shape.iter().product::<usize>());
    (shape, numbers)
}

/// An NPY file of `f64`.
pub(crate) fn npy_of(shape: &[usize], numbers: &[f64]) -> Vec<u8> {
    let extents: String = shape.iter().map(|extent| format!("{extent}, ")).collect();
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({extents}), }}");
    let width = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((width as u16).to_le_bytes());
    bytes.extend(format!("{header:<spaces$}\n", spaces = width - 1).bytes());
    bytes.extend(numbers.iter().flat_map(|x| x.to_le_bytes()));
    bytes
}

/// The numbers of a CSV file without names.
#[track_caller]
pub(crate) fn csv(text: &str) -> Vec<Vec<f64>> {
    text.lines().map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
}
