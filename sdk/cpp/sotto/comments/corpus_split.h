// Which tenth of a corpus a comment belongs to, decided by its own letters alone: the same comment falls into the same
// tenth in every corpus and on every machine, however often it was copied and however it is punctuated, so that nothing
// is learnt from what is measured later.
#pragma once

#include <cstdint>
#include <span>

namespace sotto::comments {

inline constexpr uint32_t kTenths = 10;
inline constexpr uint32_t kTestTenth = 0;         // never trained on, never looked at while choosing anything
inline constexpr uint32_t kDevelopmentTenth = 1;  // chooses hyperparameters, temperature and neutral band

// The 64-bit FNV-1a of the letters and digits (of all symbols if there are none).
uint64_t HashOfLetters(std::span<const char32_t> symbols);

// 0..9, from HashOfLetters.
uint32_t TenthOf(std::span<const char32_t> symbols);

}  // namespace sotto::comments
