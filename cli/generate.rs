//! `lownoise generate`: synthetic traffic, its devices, and what each event is.

use std::io::{BufWriter, Write};
use std::path::Path;

use lownoise_engine::event::ColumnId;
use lownoise_engine::schema::Schema;
use lownoise_engine::value::Value;
use lownoise_generate::{DeviceLayout, EventLayout, Options, Traffic};
use lownoise_ingest::write::{Destination, Layout, OutputColumn, OutputFormat, Row, Writer};

use crate::args;
use crate::failure::Failure;
use crate::load;
use crate::run::format;

pub(crate) fn run(arguments: &args::Generate) -> Result<(), Failure> {
    let schemas = load::schemas()?;
    let table = |name: &str| {
        schemas.get(name).ok_or_else(|| Failure::Usage(format!("the table `{name}` is not shipped")))
    };
    let (events, devices) = (table("DeviceNetworkEvents")?, table("DeviceInfo")?);
    let options = Options {
        seed: arguments.seed,
        events: arguments.events,
        devices: arguments.devices,
        now: load::now(arguments.now),
    };
    let traffic = Traffic::new(&options);
    if let Some(path) = &arguments.devices_output {
        let layout = DeviceLayout::of(devices).map_err(Failure::Usage)?;
        let mut file = Table::create(devices, layout.columns(), arguments.format, Some(path))?;
        for device in traffic.devices() {
            file.row(&device.values(&layout))?;
        }
        file.finish()?;
    }
    let layout = EventLayout::of(events).map_err(Failure::Usage)?;
    let mut labels = arguments.labels.as_deref().map(Labels::create).transpose()?;
    let mut output = Table::create(events, layout.columns(), arguments.format, arguments.output.as_deref())?;
    for row in traffic.rows() {
        output.row(&row.values(&layout))?;
        if let Some(labels) = &mut labels {
            serde_json::to_writer(&mut labels.0, &row.label()).map_err(std::io::Error::from)?;
            labels.0.write_all(b"\n")?;
        }
    }
    output.finish()?;
    labels.map_or(Ok(()), Labels::finish)
}

/// The columns of a table that rows have values for, on their way to a file or standard output.
struct Table {
    writer: Writer<BufWriter<Destination>>,
    columns: Vec<ColumnId>,
}

impl Table {
    fn create(
        schema: &Schema,
        columns: impl Iterator<Item = ColumnId>,
        asked: Option<args::OutputFormat>,
        path: Option<&Path>,
    ) -> Result<Self, Failure> {
        let columns: Vec<ColumnId> = columns.collect();
        let named =
            |id: &ColumnId| OutputColumn { name: schema.name(*id).to_owned(), kind: schema.kind(*id) };
        let layout = Layout { columns: columns.iter().map(named).collect(), hidden_by: false, whole: false };
        // Thirty columns make no table on a terminal.
        let format = match (asked, format(asked, path)?) {
            (None, OutputFormat::Table { .. }) => OutputFormat::Ndjson,
            (_, format) => format,
        };
        let destination = path.map_or_else(|| Ok(Destination::standard()), Destination::open)?;
        let writer = Writer::create(format, layout, BufWriter::with_capacity(1 << 16, destination))?;
        Ok(Self { writer, columns })
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), Failure> {
        let shown: Vec<Value<'_>> =
            self.columns.iter().filter_map(|id| values.get(id.index()).copied()).collect();
        Ok(self.writer.row(&Row { values: &shown, whole: "", hidden_by: &[] })?)
    }

    fn finish(self) -> Result<(), Failure> {
        let destination =
            self.writer.finish()?.into_inner().map_err(|error| Failure::from(error.into_error()))?;
        Ok(destination.finish()?)
    }
}

/// One label a line.
struct Labels(BufWriter<Destination>);

impl Labels {
    fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self(BufWriter::new(Destination::open(path)?)))
    }

    fn finish(self) -> Result<(), Failure> {
        let destination = self.0.into_inner().map_err(|error| Failure::from(error.into_error()))?;
        Ok(destination.finish()?)
    }
}
