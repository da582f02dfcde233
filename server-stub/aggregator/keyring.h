// The HPKE keys of this aggregator. A key that is no longer advertised still opens what was sealed to it: keep it for
// as long as devices may hold an older manifest, and until no stored report was sealed to it.
#pragma once

#include <map>
#include <vector>

#include "server-stub/hpke/hpke.h"

namespace sotto::server {

class HpkeKeyring {
 public:
  // kInvalidArgument for an id that is there; errors of CheckSuite.
  Status Add(HpkeKeyPair key, bool advertise);

  // Null if there is none.
  const HpkeKeyPair* Find(uint8_t id) const;

  // The latest added first: what hpke_config lists, the first being what manifests name.
  const std::vector<dap::HpkeConfig>& advertised() const { return advertised_; }

 private:
  std::map<uint8_t, HpkeKeyPair> keys_;
  std::vector<dap::HpkeConfig> advertised_;
};

}  // namespace sotto::server
