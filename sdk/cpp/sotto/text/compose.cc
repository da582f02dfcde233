#include "sotto/text/compose.h"

#include <algorithm>
#include <array>
#include <span>

#include "sotto/text/tokens.h"

namespace sotto::text {
namespace {

// Canonical composition of `symbols` in place; returns how many are left.
size_t ComposeInPlace(std::span<utf8proc_int32_t> symbols) {
  return static_cast<size_t>(
      utf8proc_normalize_utf32(symbols.data(), static_cast<utf8proc_ssize_t>(symbols.size()),
                               static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE)));
}

class Composer {
 public:
  explicit Composer(size_t pieces) { done_.reserve(pieces); }

  // The next cluster; a first cluster may lack its starter.
  void Add(std::span<Piece> cluster) {
    TakePreviousStarter(cluster.front());
    if (cluster.size() == 1) {
      done_.push_back(cluster.front());
      return;
    }
    const auto by_class = [](const Piece& a, const Piece& b) { return a.combining_class < b.combining_class; };
    const bool ordered = std::is_sorted(cluster.begin(), cluster.end(), by_class);
    if (!ordered) std::stable_sort(cluster.begin(), cluster.end(), by_class);

    buffer_.clear();
    uint32_t begin = cluster.front().begin;
    uint32_t end = cluster.front().end;
    for (const Piece& piece : cluster) {
      buffer_.push_back(static_cast<utf8proc_int32_t>(piece.symbol));
      begin = std::min(begin, piece.begin);
      end = std::max(end, piece.end);
    }
    const size_t left = ComposeInPlace(buffer_);
    const bool unchanged = ordered && left == cluster.size();
    for (size_t i = 0; i < left; ++i) {
      const auto symbol = static_cast<char32_t>(buffer_[i]);
      const Piece& piece = cluster[i];
      done_.push_back({symbol, unchanged ? piece.begin : begin, unchanged ? piece.end : end, 0,
                       static_cast<uint16_t>(PropertyOf(symbol).combining_class)});
    }
  }

  Pieces Release() { return std::move(done_); }

 private:
  // A few starters compose with a starter right before them (Hangul, some scripts of India): then both are one.
  void TakePreviousStarter(Piece& starter) {
    if (done_.empty() || IsPlain(starter.symbol) || IsToken(starter.symbol) || starter.combining_class != 0) return;
    const Piece& previous = done_.back();
    if (previous.combining_class != 0) return;
    std::array<utf8proc_int32_t, 2> pair{static_cast<utf8proc_int32_t>(previous.symbol),
                                         static_cast<utf8proc_int32_t>(starter.symbol)};
    if (ComposeInPlace(pair) != 1) return;
    starter = {static_cast<char32_t>(pair[0]), previous.begin, starter.end};
    done_.pop_back();
  }

  Pieces done_;
  std::vector<utf8proc_int32_t> buffer_;
};

}  // namespace

Pieces Compose(Pieces pieces) {
  Composer composer(pieces.size());
  for (size_t first = 0; first < pieces.size();) {
    size_t last = first + 1;
    while (last < pieces.size() && pieces[last].combining_class != 0) ++last;
    composer.Add(std::span(pieces).subspan(first, last - first));
    first = last;
  }
  return composer.Release();
}

}  // namespace sotto::text
