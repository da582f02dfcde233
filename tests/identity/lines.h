// What native code computes, printed so that a test can compare it with WASM: one JSON array for each line of input.
// Numbers are integers; a floating-point number is its bits, because "equal" means every bit.
#pragma once

#include <bit>
#include <cstdint>
#include <iostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::identity {

// An array under construction. Strings are taken as they are: give only what needs no escape.
class Line {
 public:
  Line& Int(int64_t value) { return Item(std::to_string(value)); }
  Line& Bits(float value) { return Int(std::bit_cast<uint32_t>(value)); }
  Line& Bits(double value) { return Quoted(std::to_string(std::bit_cast<uint64_t>(value))); }
  Line& Hex(ByteSpan bytes) { return Quoted(ToHex(bytes)); }
  Line& Text(std::string_view text) { return Hex(AsBytes(text)); }
  Line& Quoted(std::string_view plain) { return Item('"' + std::string(plain) + '"'); }
  template <class T>
  Line& Ints(std::span<const T> values) {
    Line list;
    for (const T value : values) list.Int(static_cast<int64_t>(value));
    return Item(list.json_ + ']');
  }
  Line& Failure(const Error& error) { return Quoted(ErrorCodeName(error.code)).Text(error.message).Text(error.hint); }
  void Print() const { std::cout << json_ << "]\n"; }

 private:
  Line& Item(std::string_view item) {
    if (json_.size() > 1) json_ += ',';
    json_ += item;
    return *this;
  }

  std::string json_ = "[";
};

// The bytes of a hexadecimal field, as a string.
inline std::string Unhex(std::string_view hex) {
  const Bytes bytes = FromHex(hex).value();
  return {bytes.begin(), bytes.end()};
}

// Each reads standard input to its end. Lines are fields separated by spaces; texts are hexadecimal.
void PrintText();                             // text
void PrintComments(const std::string& file);  // text, with the model in `file`
void PrintRooms(const std::string& file);     // a script: see rooms.cc; with the model in `file`
void PrintPlans();                            // a script: see plan.cc
void PrintNoise();                            // seed numerator denominator count
void PrintUpdates();     // seed id max_items numerator denominator items(comma-separated) engaged(comma-separated)
void PrintEpsilons();    // bits of rho, bits of delta
void PrintManifests();   // JSON, from, to
void PrintRankings();    // a script: see ranking.cc
void PrintRecordings();  // a file
void PrintOnnx();        // nothing
void PrintSearches();    // a script: see search.cc

}  // namespace sotto::identity
