// What is publicly known of items, as memberships (recommend/models/taste.h): blocks of columns, each of which sums to
// 1 in a row or is all zeros.
//
//   tags      the words in brackets in a title, as "[Drama] [War]", equally shared; how MovieLens' genres are read
//   year      the year in parentheses at the end of a title, shared between the two nearest of 10 periods
//   category  the first part of the category path; brand  likewise, one column for each
#pragma once

#include <span>

#include "sotto/recommend/content.h"
#include "sotto/recommend/matrix.h"

namespace sotto::cli {

recommend::Matrix MembershipsOf(std::span<const recommend::Product> products);

}  // namespace sotto::cli
