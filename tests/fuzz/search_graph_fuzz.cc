// Any bytes as the graph of an index. What loads is written back as the same bytes and finds nothing but its items.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "resealed.h"
#include "sotto/recommend/search/hnsw.h"

namespace {

constexpr size_t kItems = 12;
constexpr size_t kDimensions = 3;

void Require(bool holds) {
  if (!holds) std::abort();
}

std::vector<float> Vectors() {
  std::vector<float> vectors;
  for (size_t i = 0; i < kItems * kDimensions; ++i) vectors.push_back(static_cast<float>(i * 7 % 11) - 5);
  return vectors;
}

// Bytes 6 to 14 of the file are the fingerprint of the vectors, which no fuzzer guesses.
sotto::Bytes OfTheseVectors(const uint8_t* data, size_t size) {
  static const sotto::Bytes right = sotto::recommend::HnswIndex::Build(Vectors(), kDimensions).value().Serialise();
  sotto::Bytes input(data, data + size);
  for (size_t i = 6; i < 14 && i + 1 < input.size(); ++i) input[i + 1] = right[i];
  return input;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::recommend;
  const sotto::Bytes file = sotto::Resealed(OfTheseVectors(data, size));
  const auto vectors = Vectors();
  auto index = HnswIndex::Load(vectors, kDimensions, file);
  if (!index.ok()) return 0;
  Require(index.value().Serialise() == file);
  const std::vector<float> query = {1, -2, 3};
  std::vector<Hit> best(5);
  const auto found = index.value().Search(query, std::vector<uint32_t>{3}, best);
  Require(found.ok() && found.value() <= best.size());
  for (size_t i = 0; i < found.value(); ++i) Require(best[i].item < kItems && best[i].item != 3);
  return 0;
}
