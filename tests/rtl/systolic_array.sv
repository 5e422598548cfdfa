// A systolic array of ROWS x COLUMNS multiply-accumulate cells: int8 operands, int32 sums, one operand stays.
//
// Weight-stationary: each cell keeps a weight. Words of the inputs enter at the left, one element per row, and move
// right; partial sums move down and leave at the bottom. The next weights come down the chain, a row per cycle.
// Output-stationary: each cell keeps a sum. Inputs enter at the left, the other operand at the top, and move right and
// down. Finished sums go down the chain, a row per cycle, and leave at the bottom.
//
// Each cell has two registers for what stays: one computes, the other one is in the chain. `swap` exchanges them. So
// the chain may move behind the running stream; whoever feeds the array decides whether it does.
//
// Everything moves as a wavefront. A word is fed whole; delay lines give row r its element and its control r cycles
// later, column c its element c cycles later, and each cell hands on what it got a cycle later. So cell (r, c) sees in
// cycle t + r + c what was fed in cycle t, control included. The array never stops: a cycle without `step` and `shift`
// changes nothing that is kept. Results leave skewed as well: those of column c come c cycles after those of column 0.
//
// Along the chain data take two cycles per row (the cell's register, then `chain_down`), control takes one: row r moves
// r cycles after row 0, like all else, and after the last shift holds the word that entered r words before the last
// one. A plain shift register would move all rows at once, ahead of the wavefront.
//
// What may be fed when, or the results are wrong (nothing here checks it):
//   weights  the last row enters the chain before the cycle of their `swap`, the first one not before that of the
//            `swap` before, which frees the register;
//   sums     `swap` comes after the stream's last word, the first `shift` not before it, the last `shift` before the
//            next `swap`.
// A tile of n rows takes n shifts: weights fill the array from the top, sums lie at its bottom.
module systolic_array #(
    parameter int ROWS = 16,
    parameter int COLUMNS = 16
) (
    input logic clock,
    input logic reset,              // for one cycle
    input logic output_stationary,  // else weight-stationary; may change during `reset`

    input logic swap,   // from this cycle on the two registers of the cells have changed places
    input logic step,   // a word of the stream is fed
    input logic first,  // output-stationary: with this word sums start at zero
    input logic shift,  // the chain moves by a row

    // Inputs, an element for each row; weight-stationary: zero in rows that the tile does not use.
    input logic signed [7:0] left[ROWS],
    // Weight-stationary: a row of the next weights, the lowest one first. Output-stationary: the other operand.
    input logic signed [7:0] top[COLUMNS],

    output logic valid[COLUMNS],                // a sum of this column stands here in this cycle;
    output logic signed [31:0] bottom[COLUMNS]  // output-stationary: that of the lowest row comes first
);
  typedef logic signed [7:0] element_t;
  typedef logic signed [31:0] sum_t;
  typedef struct packed {
    logic active;  // which of the two registers computes
    logic step;
    logic first;
    logic shift;
    element_t element;
  } word_t;  // what moves to the right

  logic active, active_before;
  assign active = active_before ^ swap;

  // The delay lines: register i holds what was fed i + 1 cycles ago. Row r and column c take it r and c cycles old.
  word_t [ROWS-1:0][ROWS-1:0] left_line, left_line_next;
  word_t [ROWS-1:0] entering;
  element_t [COLUMNS-1:0][COLUMNS-1:0] top_line, top_line_next;
  element_t [COLUMNS-1:0] entering_top;

  always_comb begin : skew
    for (int r = 0; r < ROWS; r++) begin
      left_line_next[r][0] = '{active: active, step: step, first: first, shift: shift, element: left[r]};
      for (int i = 1; i < ROWS; i++) left_line_next[r][i] = left_line[r][i-1];
      entering[r] = r == 0 ? left_line_next[0][0] : left_line[r][r-1];
    end
    for (int c = 0; c < COLUMNS; c++) begin
      top_line_next[c][0] = top[c];
      for (int i = 1; i < COLUMNS; i++) top_line_next[c][i] = top_line[c][i-1];
      entering_top[c] = c == 0 ? top[0] : top_line[c][c-1];
    end
  end

  // The registers of the cells: what each hands to the right; down (partial sums, or the operand from the top) and down
  // the chain; and the two of what stays.
  word_t [ROWS-1:0][COLUMNS-1:0] right, right_next;
  sum_t [ROWS-1:0][COLUMNS-1:0] down, down_next, chain_down, chain_down_next;
  sum_t [ROWS-1:0][COLUMNS-1:0][1:0] kept, kept_next;

  always_comb begin : cells
    word_t word;
    element_t from_top, factor;
    sum_t from_above, from_chain, addend, sum;
    kept_next = kept;
    chain_down_next = chain_down;
    for (int r = 0; r < ROWS; r++) begin
      for (int c = 0; c < COLUMNS; c++) begin
        word = c == 0 ? entering[r] : right[r][c-1];
        from_top = entering_top[c];
        from_above = r > 0 ? down[r-1][c] : output_stationary ? 32'(from_top) : 0;
        from_chain = r > 0 ? chain_down[r-1][c] : output_stationary ? 0 : 32'(from_top);

        // One multiplier and one adder for both dataflows.
        factor = output_stationary ? from_above[7:0] : kept[r][c][word.active][7:0];
        addend = !output_stationary ? from_above : word.first ? 0 : kept[r][c][word.active];
        sum = addend + 32'(word.element) * 32'(factor);

        right_next[r][c] = word;
        down_next[r][c] = output_stationary ? from_above : sum;
        if (output_stationary && word.step) kept_next[r][c][word.active] = sum;
        if (word.shift) begin
          kept_next[r][c][!word.active] = from_chain;
          chain_down_next[r][c] = kept[r][c][!word.active];
        end
      end
    end
  end

  always_ff @(posedge clock) begin
    active_before <= reset ? 1'b0 : active;
    left_line <= reset ? '0 : left_line_next;
    top_line <= top_line_next;
    right <= reset ? '0 : right_next;
    down <= down_next;
    chain_down <= chain_down_next;
    kept <= kept_next;
  end

  for (genvar c = 0; c < COLUMNS; c++) begin : g_bottom
    assign valid[c]  = output_stationary ? right[ROWS-1][c].shift : right[ROWS-1][c].step;
    assign bottom[c] = output_stationary ? chain_down[ROWS-1][c] : down[ROWS-1][c];
  end
endmodule
