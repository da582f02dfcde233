// A small shop for tests.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/recommend/content.h"

namespace sotto::recommend {

inline constexpr uint32_t kGreenTea = 0;
inline constexpr uint32_t kOolong = 1;
inline constexpr uint32_t kTeapot = 2;
inline constexpr uint32_t kCushion = 3;
inline constexpr uint32_t kThrow = 4;
inline constexpr uint32_t kLamp = 5;

inline std::vector<Product> TeaShop() {
  return {{"green", "山间绿茶 Mountain green tea 50 g", "tea/green", 9800},
          {"oolong", "桂花乌龙茶 Osmanthus oolong tea 80 g", "tea/oolong", 6800},
          {"pot", "紫砂茶壶 Clay teapot", "teaware/pot", 32800},
          {"cushion", "棉麻靠枕 Linen cushion", "textiles/cushion", 9900},
          {"throw", "羊毛盖毯 Wool throw", "textiles/throw", 26900},
          {"lamp", "纸灯 Paper lamp", "home/lamp", 16900}};
}

}  // namespace sotto::recommend
