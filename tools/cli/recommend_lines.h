// A text file line by line, with errors that say where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::cli {

class Lines {
 public:
  // `text` must outlive it.
  Lines(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {}

  // Goes to the next line that is not blank, without its end; false after the last.
  bool Next();
  std::string_view line() const { return line_; }

  // "name:12: what"
  Error Malformed(const std::string& what, const std::string& hint) const;

 private:
  std::string_view text_;
  std::string name_;
  std::string_view line_;
  size_t number_ = 0;
};

// What stands between the separators; of runs of them, nothing.
std::vector<std::string_view> FieldsBetweenAny(std::string_view line, std::string_view separators);
// What stands between occurrences of one separator, empty fields included.
std::vector<std::string_view> FieldsBetween(std::string_view line, std::string_view separator);

// All of `text` as a finite number.
bool ReadNumber(std::string_view text, double& number);

}  // namespace sotto::cli
