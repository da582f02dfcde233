#include "sotto/recommend/ranking/event.h"

namespace sotto::recommend {

float WeightOf(EventKind kind) {
  switch (kind) {
    case EventKind::kShown:
      return 0;
    case EventKind::kView:
      return 0.3F;
    case EventKind::kClick:
      return 1;
    case EventKind::kCart:
      return 2;
    case EventKind::kBuy:
      return 3;
    case EventKind::kLess:
      return -1;
  }
  return 0;
}

}  // namespace sotto::recommend
