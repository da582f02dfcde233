#include <algorithm>
#include <bit>

#include "sotto/base/random.h"

namespace sotto {
namespace {

constexpr uint64_t kMaxBlocks = uint64_t{1} << 32;

void QuarterRound(std::array<uint32_t, 16>& s, size_t a, size_t b, size_t c, size_t d) {
  s[a] += s[b];
  s[d] = std::rotl(s[d] ^ s[a], 16);
  s[c] += s[d];
  s[b] = std::rotl(s[b] ^ s[c], 12);
  s[a] += s[b];
  s[d] = std::rotl(s[d] ^ s[a], 8);
  s[c] += s[d];
  s[b] = std::rotl(s[b] ^ s[c], 7);
}

ChaCha20Source::Seed SeedFromNumber(uint64_t number) {
  ChaCha20Source::Seed seed{};
  for (size_t i = 0; i < 8; ++i) seed[i] = static_cast<uint8_t>(number >> (8 * i));
  return seed;
}

}  // namespace

ChaCha20Source::ChaCha20Source(const Seed& seed) : state_{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574} {
  for (size_t i = 0; i < 8; ++i) {
    for (size_t j = 0; j < 4; ++j) state_[4 + i] |= uint32_t{seed[4 * i + j]} << (8 * j);
  }
}

ChaCha20Source::ChaCha20Source(uint64_t number) : ChaCha20Source(SeedFromNumber(number)) {}

void ChaCha20Source::NextBlock() {
  std::array<uint32_t, 16> working = state_;
  for (int round = 0; round < 10; ++round) {
    QuarterRound(working, 0, 4, 8, 12);
    QuarterRound(working, 1, 5, 9, 13);
    QuarterRound(working, 2, 6, 10, 14);
    QuarterRound(working, 3, 7, 11, 15);
    QuarterRound(working, 0, 5, 10, 15);
    QuarterRound(working, 1, 6, 11, 12);
    QuarterRound(working, 2, 7, 8, 13);
    QuarterRound(working, 3, 4, 9, 14);
  }
  for (size_t i = 0; i < 16; ++i) {
    const uint32_t word = working[i] + state_[i];
    for (size_t j = 0; j < 4; ++j) block_[4 * i + j] = static_cast<uint8_t>(word >> (8 * j));
  }
  ++state_[12];
  ++blocks_;
  used_ = 0;
}

Status ChaCha20Source::Fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    if (used_ == block_.size()) {
      if (blocks_ == kMaxBlocks) {
        return Error{ErrorCode::kResourceExhausted, "a ChaCha20 stream ended after 2^32 blocks.", "Use a new seed."};
      }
      NextBlock();
    }
    const size_t count = std::min(out.size(), block_.size() - used_);
    std::copy_n(block_.begin() + static_cast<ptrdiff_t>(used_), count, out.begin());
    used_ += count;
    out = out.subspan(count);
  }
  return {};
}

}  // namespace sotto
