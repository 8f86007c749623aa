package dev.halcyon.analysis.similarity.tiles;

/// How a tensor is cut into blocks, each the work of one task. The cut follows from the tensor and
/// the number of models alone, never from the machine, because sums depend on it.
///
/// A tensor is a stack of matrices. A matrix of few columns, a 1-D tensor above all, is *folded*:
/// so many of its rows make one row of a wider matrix, of at least [#NARROW] columns where there
/// are elements enough, whose columns are added up in their order in the end. Rows that are left
/// over make one shorter row, the tail. Wide matrices are cut into blocks of columns, and all into
/// blocks of [#BLOCK_ROWS] rows.
///
/// A *unit* is a matrix's block of columns with all its rows: what must be summed up before columns
/// can be compared. Blocks are numbered unit by unit, from the top down.
public final class Tiling {
  /// Rows over which float32 sums are taken before they are added to float64 totals.
  public static final int BLOCK_ROWS = 256;

  /// Rows over which the kernels take the first level of sums.
  public static final int TILE_ROWS = 8;

  private static final int NARROW = 512;
  private static final int ALIGNMENT = 64;

  private final long matrices;
  private final long matrixElements;
  private final int fold;
  private final long foldedColumns;
  private final long foldedRows;
  private final int tail;
  private final int unitColumns;
  private final long unitsPerMatrix;
  private final long blocksPerUnit;

  /// @param mostColumns that a block may have, after folding
  public Tiling(long matrices, long rows, long columns, int mostColumns) {
    this.matrices = rows == 0 || columns == 0 ? 0 : matrices;
    this.matrixElements = rows * columns;
    this.fold =
        columns == 0 ? 1 : (int) Math.clamp(-Math.floorDiv(-NARROW, columns), 1, Math.max(1, rows));
    this.foldedColumns = columns * fold;
    this.foldedRows = rows / fold;
    this.tail = (int) (rows % fold * columns);
    this.unitColumns = unitColumns(foldedColumns, mostColumns);
    this.unitsPerMatrix = Math.ceilDiv(foldedColumns, unitColumns);
    this.blocksPerUnit = Math.ceilDiv(foldedRows, BLOCK_ROWS);
  }

  private static int unitColumns(long columns, int most) {
    long units = Math.max(1, Math.ceilDiv(columns, most));
    long even = Math.ceilDiv(columns, units);
    return (int) Math.max(ALIGNMENT, Math.ceilDiv(even, ALIGNMENT) * ALIGNMENT);
  }

  /// A block of rows of a unit.
  ///
  /// @param unit it belongs to
  /// @param element first of all, counted from the tensor's beginning
  /// @param rows of `columns` elements each, `stride` elements apart
  /// @param tail elements of a last, shorter row; 0 for none
  /// @param last whether the unit ends with it
  public record Block(
      long unit, long element, int rows, int columns, long stride, int tail, boolean last) {}

  public long units() {
    return matrices * unitsPerMatrix;
  }

  /// Elements of so many units, at most.
  long elements(long units) {
    return units * unitColumns * (foldedRows + 1);
  }

  long blocksPerUnit() {
    return blocksPerUnit;
  }

  /// The most columns a unit has.
  public int unitColumns() {
    return unitColumns;
  }

  /// Columns of a unit, after folding.
  public int columns(long unit) {
    return (int) Math.min(unitColumns, foldedColumns - firstColumn(unit));
  }

  private long firstColumn(long unit) {
    return unit % unitsPerMatrix * unitColumns;
  }

  /// A unit's first column among those of all matrices, before folding.
  public long pooledColumn(long unit) {
    return unit / unitsPerMatrix * (foldedColumns / fold) + firstColumn(unit);
  }

  /// A unit's columns before folding, each the sum, in their order, of those it was folded into.
  public double[] unfold(long unit, double[] folded) {
    if (fold == 1) {
      return folded;
    }
    double[] columns = new double[unfoldedColumns(unit)];
    for (int column = 0; column < columns(unit); column++) {
      columns[column % columns.length] += folded[column];
    }
    return columns;
  }

  /// The largest, instead of the sum, of those that each column was folded into.
  public double[] unfoldLargest(long unit, double[] folded) {
    double[] columns = new double[unfoldedColumns(unit)];
    for (int column = 0; column < columns(unit); column++) {
      int to = column % columns.length;
      columns[to] = Math.max(columns[to], folded[column]);
    }
    return columns;
  }

  /// Columns of a unit before folding.
  public int unfoldedColumns(long unit) {
    return columns(unit) / fold;
  }

  Block block(long unit, long index) {
    long row = index * BLOCK_ROWS;
    boolean last = index == blocksPerUnit - 1;
    return new Block(
        unit,
        unit / unitsPerMatrix * matrixElements + row * foldedColumns + firstColumn(unit),
        (int) Math.min(BLOCK_ROWS, foldedRows - row),
        columns(unit),
        foldedColumns,
        last ? tail : 0,
        last);
  }
}
