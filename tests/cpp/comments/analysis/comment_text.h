// Comments for tests, as the analysis gets them.
#pragma once

#include <string_view>
#include <vector>

#include "sotto/text/normalise.h"

namespace sotto::comments::analysis {

inline std::vector<char32_t> Symbols(std::string_view text) {
  return text::Normalise(text).value().symbols;
}

}  // namespace sotto::comments::analysis
