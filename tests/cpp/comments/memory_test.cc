// Whatever comes, memory keeps to its bounds. This file replaces the program's operator new, to measure.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/comments/analysis/live_analysis.h"
#include "sotto/comments/features.h"
#include "sotto/text/utf8.h"

namespace {

// Atomic, because other tests of this program have threads.
std::atomic<size_t> held = 0;
std::atomic<size_t> most_held = 0;

void Hold(void* memory) {
  held += malloc_usable_size(memory);
  if (held > most_held) most_held = held.load();
}

}  // namespace

// Not inlined: GCC would see free() meet operator new, and warn.
[[gnu::noinline]] void* operator new(size_t size) {
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    Hold(memory);
    return memory;
  }
  throw std::bad_alloc();
}
// What std::stable_sort and gtest take their memory by.
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory != nullptr) Hold(memory);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  if (memory != nullptr) held -= malloc_usable_size(memory);
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}

namespace sotto::comments {
namespace {

TEST(FeatureReaderMemory, IsGivenBackAfterALongComment) {
  const text::Lexicon lexicon;
  std::string longest;
  for (char32_t next = 0x4E00; longest.size() + 3 <= text::kMaxCommentBytes; ++next) text::AppendUtf8(next, longest);
  const text::NormalisedText large = text::Normalise(longest, lexicon).value();
  const text::NormalisedText small = text::Normalise("好吃", lexicon).value();
  const size_t before = held;
  FeatureReader reader;
  EXPECT_GT(reader.Distinct(large, lexicon).size(), 100'000u);
  EXPECT_GT(reader.Places(large, lexicon).size(), 100'000u);
  EXPECT_GT(held - before, 2'000'000u);
  EXPECT_FALSE(reader.Distinct(small, lexicon).empty());
  EXPECT_LT(held - before, 2'000'000u);
}

}  // namespace

namespace analysis {
namespace {

TEST(LiveAnalysisMemory, StaysBoundedInABurstOfAHundredThousand) {
  const size_t before = held;
  most_held = held.load();
  ChaCha20Source random(5);
  LiveAnalysis analysis = LiveAnalysis::Create({}).value();
  std::vector<char32_t> symbols;
  std::vector<uint8_t> noise(64);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(random.Fill(noise).ok());
    symbols.clear();
    // Half of it is noise, half repeats, so that strings of all lengths come up.
    for (size_t k = 0; k < 24; ++k) {
      const uint32_t spread = i % 2 == 0 ? 20'000 : 12;
      symbols.push_back(0x4E00 + (noise[2 * k] * 256U + noise[2 * k + 1]) % spread);
    }
    analysis.Observe(
        {.time_s = 1, .text = "", .symbols = symbols, .question = true, .viewer = static_cast<uint64_t>(i)});
  }
  RecordProperty("held_kb", static_cast<int>((held - before) / 1'024));
  RecordProperty("most_held_while_observing_kb", static_cast<int>((most_held - before) / 1'024));
  EXPECT_LT(held - before, 1'900u * 1'024);
  EXPECT_LT(most_held - before, 2'900u * 1'024);
  most_held = held.load();
  const Summary summary = analysis.Summarise(1);
  EXPECT_FALSE(summary.keywords.empty());
  RecordProperty("most_held_while_summarising_kb", static_cast<int>((most_held - before) / 1'024));
  EXPECT_LT(most_held - before, 4'500u * 1'024);
}

}  // namespace
}  // namespace analysis
}  // namespace sotto::comments
