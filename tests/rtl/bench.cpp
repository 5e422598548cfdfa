// Runs matrix products on the verilated systolic_array: bench CASES RESULTS, both text, numbers between blanks.
//
// CASES, for each product a [m, k] * b [k, n]: dataflow (0 weight-, 1 output-stationary), handover (0 overlapped,
// 1 exposed, 2 serial: see fastc/simulator/array.py), early (below), m, k, n, the number of passes; a and b, row by
// row; then for each pass its first row and rows of a, first column and columns of a, first column and columns of b,
// whether it moves the chain (weights are loaded before it, sums drained after it), and the first cycles in which its
// weights and its stream may be fed.
// RESULTS, for each product: for each pass the cycle in which anything of it was first fed, that in which its stream
// began, and that in which its last sum stood in the output register (-1: it left none); then the product, row by row.
//
// The bench is greedy: it feeds each thing as early as the rules in systolic_array.sv and the handover allow. `early`
// breaks a rule by one cycle, which must show in the product: 1 swaps with the last row of the chain; 2 moves the chain
// before the swap that frees it (weight-stationary), or swaps before the stream's last word (output-stationary).
#include <cstdint>
#include <deque>
#include <fstream>
#include <vector>

#include "Vsystolic_array.h"
#include "verilated.h"

namespace {

enum Handover { OVERLAPPED, EXPOSED, SERIAL };
constexpr int UNUSED = 0x55;  // fed where the array promises not to look
constexpr int MOST_CYCLES = 1000000;

struct Pass {
  int m0, m, k0, k, n0, n, moves_chain, chain_ready, stream_ready;
  int first_fed = -1, stream_began = -1, end = -1;
};

struct Case {
  int output_stationary, handover, early, m, k, n;
  std::vector<int> a, b, product;
  std::vector<Pass> passes;

  int stream_length(size_t pass) const { return output_stationary ? passes[pass].k : passes[pass].m; }
  int chain_length(size_t pass) const { return output_stationary ? passes[pass].m : passes[pass].k; }
};

class Bench {
 public:
  Bench(Vsystolic_array& array, Case& work) : array(array), work(work), arrived(columns(), 0) {}

  void run() {
    reset();
    for (cycle = 0; cycle < MOST_CYCLES; ++cycle) {
      array.eval();
      collect();
      if (streaming == work.passes.size() && chain.empty() && waiting.empty() && outstanding == 0) break;
      idle();
      if (work.output_stationary) {
        const bool shifted = drain();
        if (stream_goes_on() || sums_have_room(shifted)) stream_sums();
      } else {
        const bool last_word = stream_ends();
        const bool stepped = stream_goes_on() || weights_are_there();
        if (stepped) stream_weights();
        load(stepped, last_word);
      }
      clock();
    }
  }

 private:
  struct Row {  // of sums on their way out
    size_t pass;
    int m;
  };

  Vsystolic_array& array;
  Case& work;
  int cycle = 0;
  size_t streaming = 0;         // the pass whose stream runs or is next,
  int word = 0;                 // and its next word
  std::deque<size_t> chain;     // passes whose weights or sums move through the chain, the first one at `moved` rows
  int moved = 0;
  std::deque<size_t> waiting;   // passes whose weights, or whose sums, wait for their swap
  size_t to_load = 0;           // the passes before this one are loaded, or loading
  bool sums_are_new = true;     // the next stream's sums start at zero
  std::vector<Row> leaving;     // all rows of sums, in the order in which they leave
  std::vector<size_t> arrived;  // how many of them each column has seen
  int outstanding = 0;          // sums that have not arrived

  int rows() const { return sizeof(array.left) / sizeof(array.left[0]); }
  int columns() const { return sizeof(array.top) / sizeof(array.top[0]); }
  int a(int m, int k) const { return work.a[m * work.k + k]; }
  int b(int k, int n) const { return work.b[k * work.n + n]; }

  void clock() {
    array.eval();
    array.clock = 1;
    array.eval();
    array.clock = 0;
  }

  void idle() {
    array.swap = array.step = array.first = array.shift = 0;
    for (int r = 0; r < rows(); ++r) array.left[r] = UNUSED;
    for (int c = 0; c < columns(); ++c) array.top[c] = UNUSED;
  }

  void reset() {
    array.output_stationary = work.output_stationary;
    idle();
    array.reset = 1;
    clock();
    array.reset = 0;
  }

  void collect() {
    for (int c = 0; c < columns(); ++c) {
      if (!array.valid[c]) continue;
      const Row& row = leaving.at(arrived[c]++);
      Pass& pass = work.passes[row.pass];
      if (c >= pass.n) continue;
      work.product[row.m * work.n + pass.n0 + c] += static_cast<int32_t>(array.bottom[c]);
      pass.end = cycle;
      --outstanding;
    }
  }

  void expect(size_t pass, int m) {
    leaving.push_back({pass, m});
    outstanding += work.passes[pass].n;
  }

  void mark_fed(size_t pass) {
    if (work.passes[pass].first_fed < 0) work.passes[pass].first_fed = cycle;
  }

  bool stream_goes_on() const { return word > 0; }
  bool stream_ends() const { return word > 0 && word == work.stream_length(streaming) - 1; }
  bool chain_ends() const { return chain.size() == 1 && moved == work.chain_length(chain.front()) - 1; }

  bool stream_is_ready() const {
    return streaming < work.passes.size() && cycle >= work.passes[streaming].stream_ready;
  }

  void step() {
    if (word == 0) work.passes[streaming].stream_began = cycle;
    mark_fed(streaming);
    array.step = 1;
    if (++word == work.stream_length(streaming)) {
      word = 0;
      ++streaming;
    }
  }

  void shift() {
    mark_fed(chain.front());
    array.shift = 1;
    if (++moved == work.chain_length(chain.front())) {
      moved = 0;
      chain.pop_front();
    }
  }

  // Weight-stationary.

  bool weights_are_there() {
    if (!stream_is_ready()) return false;
    if (!work.passes[streaming].moves_chain) return true;
    const bool early = work.early == 1 && chain_ends() && chain.front() == streaming;
    const bool loaded = !waiting.empty() && waiting.front() == streaming;
    array.swap = loaded || early;
    if (loaded) waiting.pop_front();
    return loaded || early;
  }

  void stream_weights() {
    const Pass& pass = work.passes[streaming];
    for (int r = 0; r < rows(); ++r) array.left[r] = r < pass.k ? a(pass.m0 + word, pass.k0 + r) : 0;
    expect(streaming, pass.m0 + word);
    step();
  }

  void load(bool stepped, bool last_word) {
    if (chain.empty()) begin_load(stepped, last_word);
    if (chain.empty()) return;
    const size_t loading = chain.front();
    const Pass& pass = work.passes[loading];
    for (int c = 0; c < pass.n; ++c) array.top[c] = b(pass.k0 + pass.k - 1 - moved, pass.n0 + c);
    shift();
    const bool swapped = streaming > loading || (streaming == loading && word > 0);
    if (chain.empty() && !swapped) waiting.push_back(loading);
  }

  void begin_load(bool stepped, bool last_word) {
    while (to_load < work.passes.size() && !work.passes[to_load].moves_chain) ++to_load;
    if (to_load == work.passes.size() || cycle < work.passes[to_load].chain_ready) return;
    const bool early = work.early == 2 && last_word && waiting.size() == 1 && waiting.front() == streaming;
    if (!waiting.empty() && !early) return;
    const bool between = streaming == to_load && !stepped;
    if (work.handover != OVERLAPPED && !between) return;
    if (work.handover == SERIAL && outstanding > 0) return;
    chain.push_back(to_load++);
  }

  // Output-stationary.

  bool drain() {
    if (work.early == 2 && stream_ends() && work.passes[streaming].moves_chain) waiting.push_back(streaming);
    if (!waiting.empty() && (chain.empty() || (work.early == 1 && chain_ends()))) {
      array.swap = sums_are_new = true;
      chain.push_back(waiting.front());
      waiting.pop_front();
    }
    if (chain.empty()) return false;
    const Pass& pass = work.passes[chain.front()];
    expect(chain.front(), pass.m0 + pass.m - 1 - moved);
    shift();
    return true;
  }

  bool sums_have_room(bool shifted) const {
    if (!stream_is_ready() || !waiting.empty()) return false;
    if (work.handover != OVERLAPPED && (shifted || !chain.empty())) return false;
    return work.handover != SERIAL || outstanding == 0;
  }

  void stream_sums() {
    const size_t pass = streaming;
    const Pass& part = work.passes[pass];
    const int above = rows() - part.m;  // rows of cells that it leaves unused
    for (int r = above; r < rows(); ++r) array.left[r] = a(part.m0 + r - above, part.k0 + word);
    for (int c = 0; c < part.n; ++c) array.top[c] = b(part.k0 + word, part.n0 + c);
    array.first = word == 0 && sums_are_new;
    if (word == 0) sums_are_new = false;
    const bool drained = word > 0 && sums_are_new;  // early
    step();
    if (word == 0 && part.moves_chain && !drained) waiting.push_back(pass);
  }
};

bool read(std::istream& in, Case& work) {
  size_t passes;
  in >> work.output_stationary >> work.handover >> work.early >> work.m >> work.k >> work.n >> passes;
  if (!in) return false;
  work.a.resize(work.m * work.k);
  work.b.resize(work.k * work.n);
  work.product.assign(work.m * work.n, 0);
  work.passes.resize(passes);
  for (int& value : work.a) in >> value;
  for (int& value : work.b) in >> value;
  for (Pass& pass : work.passes) {
    in >> pass.m0 >> pass.m >> pass.k0 >> pass.k >> pass.n0 >> pass.n >> pass.moves_chain >> pass.chain_ready;
    in >> pass.stream_ready;
  }
  return bool(in);
}

void write(std::ostream& out, const Case& work) {
  for (const Pass& pass : work.passes) out << pass.first_fed << ' ' << pass.stream_began << ' ' << pass.end << '\n';
  for (int value : work.product) out << value << ' ';
  out << '\n';
}

}  // namespace

double sc_time_stamp() { return 0; }

int main(int, char** arguments) {
  std::ifstream cases(arguments[1]);
  std::ofstream results(arguments[2]);
  Vsystolic_array array;
  Case work;
  while (read(cases, work)) {
    Bench(array, work).run();
    write(results, work);
    work = Case();
  }
  return 0;
}
