#include "server-stub/aggregator/keyring.h"

#include <string>

namespace sotto::server {

Status HpkeKeyring::Add(HpkeKeyPair key, bool advertise) {
  const dap::HpkeConfig config = key.config;
  SOTTO_RETURN_IF_ERROR(CheckSuite({config.kem_id, config.kdf_id, config.aead_id}));
  if (!keys_.emplace(config.id, std::move(key)).second) {
    return Error{ErrorCode::kInvalidArgument, "two HPKE keys have the id " + std::to_string(config.id) + ".",
                 "Make the newer one with another --id."};
  }
  if (advertise) advertised_.insert(advertised_.begin(), config);
  return {};
}

const HpkeKeyPair* HpkeKeyring::Find(uint8_t id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace sotto::server
