#include "sotto/base/fnv1a.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sotto {
namespace {

TEST(Fnv1a64, GivesThePublishedValues) {
  EXPECT_EQ(Fnv1a64({}), 0xCBF29CE484222325U);
  EXPECT_EQ(Fnv1a64(AsBytes("a")), 0xAF63DC4C8601EC8CU);
  EXPECT_EQ(Fnv1a64(AsBytes("foobar")), 0x85944171F73967E8U);
}

RC_GTEST_PROP(Fnv1a64, ChangesWithEveryByte, (Bytes bytes, size_t place, uint8_t change)) {
  RC_PRE(!bytes.empty() && change != 0);
  const uint64_t before = Fnv1a64(bytes);
  bytes[place % bytes.size()] ^= change;
  RC_ASSERT(Fnv1a64(bytes) != before);
}

}  // namespace
}  // namespace sotto
