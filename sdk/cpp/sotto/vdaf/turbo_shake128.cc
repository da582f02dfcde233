#include "sotto/vdaf/turbo_shake128.h"

#include <algorithm>
#include <bit>

#include "sotto/vdaf/wide.h"

namespace sotto::vdaf {
namespace {

constexpr std::array<uint64_t, 12> kRoundConstants = {
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

// Lane (x, y) is at x + 5 y.
#define SOTTO_CHI(row, b0, b1, b2, b3, b4) \
  s##row##0 = (b0) ^ (~(b1) & (b2));       \
  s##row##1 = (b1) ^ (~(b2) & (b3));       \
  s##row##2 = (b2) ^ (~(b3) & (b4));       \
  s##row##3 = (b3) ^ (~(b4) & (b0));       \
  s##row##4 = (b4) ^ (~(b0) & (b1))

}  // namespace

// The 25 lanes stand in variables of their own: an array indexed in loops is not kept in registers by every compiler,
// WebAssembly's least of all.
void KeccakP1600Rounds12(std::array<uint64_t, 25>& state) {
  uint64_t s00 = state[0], s01 = state[1], s02 = state[2], s03 = state[3], s04 = state[4];
  uint64_t s10 = state[5], s11 = state[6], s12 = state[7], s13 = state[8], s14 = state[9];
  uint64_t s20 = state[10], s21 = state[11], s22 = state[12], s23 = state[13], s24 = state[14];
  uint64_t s30 = state[15], s31 = state[16], s32 = state[17], s33 = state[18], s34 = state[19];
  uint64_t s40 = state[20], s41 = state[21], s42 = state[22], s43 = state[23], s44 = state[24];
  for (const uint64_t constant : kRoundConstants) {
    // theta
    const uint64_t c0 = s00 ^ s10 ^ s20 ^ s30 ^ s40;
    const uint64_t c1 = s01 ^ s11 ^ s21 ^ s31 ^ s41;
    const uint64_t c2 = s02 ^ s12 ^ s22 ^ s32 ^ s42;
    const uint64_t c3 = s03 ^ s13 ^ s23 ^ s33 ^ s43;
    const uint64_t c4 = s04 ^ s14 ^ s24 ^ s34 ^ s44;
    const uint64_t d0 = c4 ^ std::rotl(c1, 1);
    const uint64_t d1 = c0 ^ std::rotl(c2, 1);
    const uint64_t d2 = c1 ^ std::rotl(c3, 1);
    const uint64_t d3 = c2 ^ std::rotl(c4, 1);
    const uint64_t d4 = c3 ^ std::rotl(c0, 1);
    // rho and pi: lane (x, y) goes, rotated, to (y, 2 x + 3 y); bYX is at row Y, column X.
    const uint64_t b00 = s00 ^ d0;
    const uint64_t b01 = std::rotl(s11 ^ d1, 44);
    const uint64_t b02 = std::rotl(s22 ^ d2, 43);
    const uint64_t b03 = std::rotl(s33 ^ d3, 21);
    const uint64_t b04 = std::rotl(s44 ^ d4, 14);
    const uint64_t b10 = std::rotl(s03 ^ d3, 28);
    const uint64_t b11 = std::rotl(s14 ^ d4, 20);
    const uint64_t b12 = std::rotl(s20 ^ d0, 3);
    const uint64_t b13 = std::rotl(s31 ^ d1, 45);
    const uint64_t b14 = std::rotl(s42 ^ d2, 61);
    const uint64_t b20 = std::rotl(s01 ^ d1, 1);
    const uint64_t b21 = std::rotl(s12 ^ d2, 6);
    const uint64_t b22 = std::rotl(s23 ^ d3, 25);
    const uint64_t b23 = std::rotl(s34 ^ d4, 8);
    const uint64_t b24 = std::rotl(s40 ^ d0, 18);
    const uint64_t b30 = std::rotl(s04 ^ d4, 27);
    const uint64_t b31 = std::rotl(s10 ^ d0, 36);
    const uint64_t b32 = std::rotl(s21 ^ d1, 10);
    const uint64_t b33 = std::rotl(s32 ^ d2, 15);
    const uint64_t b34 = std::rotl(s43 ^ d3, 56);
    const uint64_t b40 = std::rotl(s02 ^ d2, 62);
    const uint64_t b41 = std::rotl(s13 ^ d3, 55);
    const uint64_t b42 = std::rotl(s24 ^ d4, 39);
    const uint64_t b43 = std::rotl(s30 ^ d0, 41);
    const uint64_t b44 = std::rotl(s41 ^ d1, 2);
    // chi
    SOTTO_CHI(0, b00, b01, b02, b03, b04);
    SOTTO_CHI(1, b10, b11, b12, b13, b14);
    SOTTO_CHI(2, b20, b21, b22, b23, b24);
    SOTTO_CHI(3, b30, b31, b32, b33, b34);
    SOTTO_CHI(4, b40, b41, b42, b43, b44);
    // iota
    s00 ^= constant;
  }
  state = {s00, s01, s02, s03, s04, s10, s11, s12, s13, s14, s20, s21, s22,
           s23, s24, s30, s31, s32, s33, s34, s40, s41, s42, s43, s44};
}

#undef SOTTO_CHI

void TurboShake128::Absorb(ByteSpan bytes) {
  while (!bytes.empty()) {
    if (position_ % 8 == 0) {
      while (bytes.size() >= 8 && position_ < kRate) {
        state_[position_ / 8] ^= LoadLittleEndian(bytes.data());
        position_ += 8;
        bytes = bytes.subspan(8);
      }
    }
    if (position_ < kRate && !bytes.empty()) {
      state_[position_ / 8] ^= uint64_t{bytes[0]} << (8 * (position_ % 8));
      ++position_;
      bytes = bytes.subspan(1);
    }
    if (position_ == kRate) {
      KeccakP1600Rounds12(state_);
      position_ = 0;
    }
  }
}

void TurboShake128::Squeeze(std::span<uint8_t> out) {
  if (!squeezing_) {
    state_[position_ / 8] ^= uint64_t{domain_} << (8 * (position_ % 8));
    state_[(kRate - 1) / 8] ^= uint64_t{0x80} << (8 * ((kRate - 1) % 8));
    position_ = kRate;  // nothing of this state may be read
    squeezing_ = true;
  }
  while (!out.empty()) {
    if (position_ == kRate) {
      KeccakP1600Rounds12(state_);
      position_ = 0;
    }
    if (position_ % 8 == 0) {
      while (out.size() >= 8 && position_ < kRate) {
        StoreLittleEndian(state_[position_ / 8], out.data());
        position_ += 8;
        out = out.subspan(8);
      }
    }
    if (position_ < kRate && !out.empty()) {
      out[0] = static_cast<uint8_t>(state_[position_ / 8] >> (8 * (position_ % 8)));
      ++position_;
      out = out.subspan(1);
    }
  }
}

}  // namespace sotto::vdaf
