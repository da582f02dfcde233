// What people do to a comment while they type it: a lead-in, a particle, dropped punctuation, a slip of the finger.
// Given to drawn examples (grammar.h), so that a model learns what stays the same under it.
#pragma once

#include <string>
#include <string_view>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::comments {

// The comment, changed in none to several small ways that leave its intent alone; Chinese is known by
// its Han characters, anything else is taken for English. Never empty unless `comment` is.
// Errors: kMalformed unless `comment` is UTF-8; those of `random`.
Result<std::string> AddSpokenNoise(std::string_view comment, RandomSource& random);

}  // namespace sotto::comments
