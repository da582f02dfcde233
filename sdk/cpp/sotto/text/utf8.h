// UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::text {

// kMalformed, naming the offset at which the first ill-formed sequence starts.
Status ValidateUtf8(std::string_view text);

// The text with each maximal ill-formed part replaced by U+FFFD, as the WHATWG Encoding Standard (section 4) decodes
// it. Well-formed text is returned unchanged.
std::string RepairUtf8(std::string_view text);

// Reads one code point of well-formed text at `position` and moves `position` past it.
// Precondition: ValidateUtf8(text).ok() and position < text.size().
char32_t NextCodePoint(std::string_view text, size_t& position);

// Appends one code point; precondition: a Unicode scalar value.
void AppendUtf8(char32_t code_point, std::string& out);

// How many UTF-16 code units the first `bytes` bytes of well-formed text take: the offset that JavaScript uses.
size_t Utf16Length(std::string_view text, size_t bytes);

// The same for many offsets in one pass. Precondition: `byte_offsets` never decrease and do not pass the end.
std::vector<uint32_t> Utf16Offsets(std::string_view text, std::span<const uint32_t> byte_offsets);

}  // namespace sotto::text
