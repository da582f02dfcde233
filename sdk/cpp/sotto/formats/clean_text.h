// Text from outside, made safe to draw and to write: what stands in every field of a RecordedComment.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sotto::formats {

// Ill-formed UTF-8 (surrogates, too) becomes U+FFFD. Tabs and line ends (also U+0085, U+2028, U+2029) become spaces;
// other control characters (U+0000 to U+001F, U+007F to U+009F) are left out. Everything else stays, bidirectional
// controls and piled up combining marks as well: whoever draws it isolates and clips it. Cut between two code points to
// at most `max_bytes`. Clean text is returned unchanged.
std::string CleanText(std::string_view raw, size_t max_bytes);

}  // namespace sotto::formats
