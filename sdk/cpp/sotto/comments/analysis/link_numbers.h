// Products named by the number of their link, as viewers do: "3号", "三号链接", "3号链接", "链接3", "第三个", "#3",
// "link 3", "no.3", "item 3", "number 3".
//
// Not a link number: a date ("11月3号", "3号发货", "3号晚上"), a part of a longer number, and what is above `most`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sotto::comments::analysis {

inline constexpr uint32_t kMaxLinkNumber = 999;  // three digits, or 一 to 九十九

// Appends the numbers, 1..most, in the order of the text; one that is named twice stands twice.
//   symbols  normalised
void FindLinkNumbers(std::span<const char32_t> symbols, uint32_t most, std::vector<uint32_t>& out);

}  // namespace sotto::comments::analysis
