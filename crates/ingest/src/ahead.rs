//! A reader that another thread reads ahead, for what takes its time to make: decompressed bytes. Knows no formats.

use std::io::{self, Cursor, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Bytes that are made at once.
const SIZE: usize = 256 << 10;

/// How many times that is made before it is wanted.
const AHEAD: usize = 4;

/// What another thread reads. It ends when this is dropped, or when there is no more.
pub(crate) struct Ahead {
    made: Receiver<io::Result<Vec<u8>>>,
    spare: Sender<Vec<u8>>,
    now: Cursor<Vec<u8>>,
    /// Whether the thread has said that there is no more, or why.
    ended: bool,
}

impl Ahead {
    /// Begins to read.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub(crate) fn new(reader: impl Read + Send + 'static) -> io::Result<Self> {
        let (out, made) = sync_channel(AHEAD);
        let (spare, spares) = channel();
        thread::Builder::new().name("ahead".to_owned()).spawn(move || read(reader, &out, &spares))?;
        Ok(Self { made, spare, now: Cursor::default(), ended: false })
    }
}

fn read(mut reader: impl Read, out: &SyncSender<io::Result<Vec<u8>>>, spares: &Receiver<Vec<u8>>) {
    loop {
        let mut bytes = spares.try_recv().unwrap_or_default();
        bytes.resize(SIZE, 0);
        let (filled, failed) = crate::block::fill(&mut reader, &mut bytes);
        bytes.truncate(filled);
        let ended = filled < SIZE;
        // Nobody may be there any more.
        if out.send(Ok(bytes)).is_err() || failed.is_some_and(|error| out.send(Err(error)).is_err()) || ended
        {
            return;
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.now.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let bytes = match self.made.recv() {
                Ok(bytes) => bytes.inspect_err(|_| self.ended = true)?,
                Err(_) if self.ended => return Ok(0),
                // It panicked: that is not the end of what it reads.
                Err(_) => return Err(io::Error::other("what decompresses it stopped")),
            };
            self.ended = bytes.len() < SIZE;
            let done = std::mem::replace(&mut self.now, Cursor::new(bytes));
            // It may have come to its end.
            let _used_again_or_not = self.spare.send(done.into_inner());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_come_in_order_and_a_failure_after_them() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cable"))
            }
        }
        let bytes: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut read = Vec::new();
        Ahead::new(Cursor::new(bytes.clone())).unwrap().read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        read.clear();
        let error = Ahead::new(Cursor::new(b"abc".to_vec()).chain(Fails))
            .unwrap()
            .read_to_end(&mut read)
            .unwrap_err();
        assert_eq!((read.as_slice(), error.to_string().as_str()), (b"abc".as_slice(), "cable"));
    }

    #[test]
    fn a_thread_that_panics_is_a_failure_and_no_end() {
        struct Panics;
        impl Read for Panics {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("on purpose")
            }
        }
        for before in [0, 3, SIZE] {
            let bytes = Cursor::new(vec![7; before]).chain(Panics);
            assert!(Ahead::new(bytes).unwrap().read_to_end(&mut Vec::new()).is_err(), "after {before} bytes");
        }
    }

    #[test]
    fn an_end_at_the_end_of_a_buffer_is_an_end() {
        for length in [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE] {
            let mut read = Vec::new();
            Ahead::new(Cursor::new(vec![7; length])).unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read.len(), length);
        }
    }

    #[test]
    fn who_stops_reading_ends_the_thread() {
        struct Told(Sender<()>);
        impl Read for Told {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                Ok(buffer.len())
            }
        }
        impl Drop for Told {
            fn drop(&mut self) {
                self.0.send(()).unwrap();
            }
        }
        let (ends, ended) = channel();
        let mut ahead = Ahead::new(Told(ends)).unwrap();
        assert_eq!(ahead.read(&mut [0; 10]).unwrap(), 10);
        drop(ahead);
        assert_eq!(ended.recv_timeout(std::time::Duration::from_secs(60)), Ok(()));
    }
}
