// A double as people and JSON write it. std::to_chars does the same, and in WASM brings 110 KB of tables for it.
#pragma once

#include <string>

namespace sotto {

// The shortest decimal that reads as the same double (of the smallest subnormal ones a longer one), laid out as
// std::to_chars does: "0.1", "1e+22", "-3", "inf", "nan". Precondition: the C locale, which is a program's unless it
// says otherwise.
std::string NumberText(double value);

}  // namespace sotto
