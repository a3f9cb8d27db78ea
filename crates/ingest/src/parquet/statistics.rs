//! What the statistics of row groups rule out. Knows bounds of times, no rows.

use ::parquet::arrow::arrow_reader::ArrowReaderMetadata;
use ::parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use lownoise_engine::value::Time;

use super::cells::ticks;

/// For each row group, whether its statistics say that no row of it has a time after this one in a column. Only of a
/// column of times in UTC; `None` when it is no such column.
pub(super) fn rules_out(metadata: &ArrowReaderMetadata, column: &str, bound: Time) -> Option<Vec<bool>> {
    let schema = metadata.schema();
    let field = schema.fields().iter().find(|field| field.name() == column)?;
    let DataType::Timestamp(unit, Some(_)) = field.data_type() else { return None };
    let converter = StatisticsConverter::try_new(column, schema, metadata.parquet_schema()).ok()?;
    let latest: ArrayRef = converter.row_group_maxes(metadata.metadata().row_groups()).ok()?;
    let latest_ticks = ticks(latest.as_ref(), *unit);
    // Ticks are counted down to whole ones, of the bound and of every row alike.
    let ruled_out =
        |group: usize| latest.is_valid(group) && latest_ticks(group).is_some_and(|it| it <= bound.0);
    Some((0..latest.len()).map(ruled_out).collect())
}
