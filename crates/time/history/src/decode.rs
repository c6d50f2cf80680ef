//! Rows of a samples or keyframe file back into a block.

use crate::{
    block::{Block, Kind},
    columns::{BOOLEAN, INTEGER, NUMBER, RECORDED, SCALE, SIGNAL, SOURCE, STATUS, TEXT},
    decimal,
    error::HistoryError,
    table::Table,
};
use parquet::data_type::{BoolType, ByteArrayType, DoubleType, Int32Type, Int64Type};
use std::{ops::Range, sync::Arc};

impl Table {
    /// All rows of a row group.
    pub fn all(&self, group: usize) -> Result<Block, HistoryError> {
        let rows = 0..self.rows(group);
        let mut runs = Vec::new();
        self.signals(group, rows.clone(), &mut runs)?;
        self.block(group, rows, runs)
    }

    /// Rows of a row group that are known to belong to one signal.
    pub fn of_signal(&self, group: usize, rows: Range<usize>, signal: u32) -> Result<Block, HistoryError> {
        let runs = if rows.is_empty() { Vec::new() } else { vec![(signal, 0)] };
        self.block(group, rows, runs)
    }

    fn block(&self, group: usize, rows: Range<usize>, runs: Vec<(u32, u32)>) -> Result<Block, HistoryError> {
        let column = |index| self.column(group, index, rows.clone());
        let mut block = Block {
            source: column(SOURCE).times()?,
            recorded: column(RECORDED).times()?,
            status: column(STATUS).required::<Int32Type>()?.into_iter().map(|status| status as u32).collect(),
            kind: vec![Kind::Absent; rows.len()],
            bits: vec![0; rows.len()],
            runs,
            ..Block::default()
        };
        column(NUMBER).each::<DoubleType>(|row, x| set(&mut block, row, Kind::Number, x.to_bits()))?;
        column(INTEGER).each::<Int64Type>(|row, whole| set(&mut block, row, Kind::Integer, *whole as u64))?;
        let mut absurd = None;
        column(SCALE).each::<Int32Type>(|row, scale| {
            match usize::try_from(*scale).ok().filter(|scale| *scale <= decimal::MAX_SCALE) {
                Some(scale) => {
                    let x = decimal::number(block.bits[row] as i64, scale);
                    set(&mut block, row, Kind::Number, x.to_bits());
                }
                None => absurd = Some(*scale),
            }
        })?;
        if let Some(scale) = absurd {
            return Err(column(SCALE).damaged(format!("a scale of {scale}")));
        }
        column(BOOLEAN).each::<BoolType>(|row, b| set(&mut block, row, Kind::Boolean, u64::from(*b)))?;
        self.texts(group, rows, &mut block)?;
        Ok(block)
    }

    fn texts(&self, group: usize, rows: Range<usize>, block: &mut Block) -> Result<(), HistoryError> {
        let column = self.column(group, TEXT, rows);
        let mut wrong = false;
        let mut last: Option<(Vec<u8>, u32)> = None;
        column.each::<ByteArrayType>(|row, bytes| {
            let index = match &last {
                Some((known, index)) if known == bytes.data() => *index,
                _ => {
                    let text = std::str::from_utf8(bytes.data()).unwrap_or_else(|_| {
                        wrong = true;
                        ""
                    });
                    let index = block.intern(&Arc::from(text));
                    last = Some((bytes.data().to_vec(), index));
                    index
                }
            };
            set(block, row, Kind::Text, u64::from(index));
        })?;
        if wrong { Err(column.damaged("a text is not UTF-8".into())) } else { Ok(()) }
    }

    fn signals(
        &self,
        group: usize,
        rows: Range<usize>,
        runs: &mut Vec<(u32, u32)>,
    ) -> Result<(), HistoryError> {
        let signals = self.column(group, SIGNAL, rows).required::<Int32Type>()?;
        for (row, signal) in signals.into_iter().enumerate() {
            if runs.last().is_none_or(|(last, _)| *last != signal as u32) {
                runs.push((signal as u32, row as u32));
            }
        }
        Ok(())
    }
}

fn set(block: &mut Block, row: usize, kind: Kind, bits: u64) {
    block.kind[row] = kind;
    block.bits[row] = bits;
}
