// Power cuts on purpose: a store, in front of another, that kills its process at a named place, as `kill -9` would.
// Tests start a server with SOTTO_FAILPOINTS in its environment; without it there is no such store.
//
// SOTTO_FAILPOINTS is a list of places with commas between them. A place of the storage is FUNCTION:WHEN, such as
// "AppendReports:after". FUNCTION: one that changes something; WHEN:
//   before   the transaction began
//   inside   it: in the first function that the caller passed in (AddShare, MakeRelease, `render`)
//   after    it was committed, before anybody hears of it
// The functions that look for work or for a batch only reach their "after" when they found some.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

class Failpoints {
 public:
  explicit Failpoints(std::string_view list);
  // Of SOTTO_FAILPOINTS; empty if it is not set.
  static Failpoints FromEnvironment();

  bool empty() const { return places_.empty(); }
  // Does not return if `place` is in the list: the process is killed (SIGKILL).
  void Reach(std::string_view place) const;

 private:
  std::set<std::string, std::less<>> places_;
};

// `store` itself if there are none.
std::unique_ptr<AggregatorStore> WithFailpoints(std::unique_ptr<AggregatorStore> store, const Failpoints& failpoints);

}  // namespace sotto::server
