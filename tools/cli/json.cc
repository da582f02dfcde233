#include "tools/cli/json.h"

#include <array>
#include <charconv>
#include <cmath>

#include "sotto/stream/json_writer.h"

namespace sotto::cli {
namespace {

template <class T>
std::string Shortest(T value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace

std::string JsonString(std::string_view text) {
  stream::JsonWriter writer;
  writer.String(text);
  return writer.Release();
}

std::string JsonNumber(double value) {
  return Shortest(value);
}

std::string JsonNumber(float value) {
  return Shortest(value);
}

}  // namespace sotto::cli
