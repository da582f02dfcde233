// sotto_identity COMMAND [FILE] < input: the native half of tests/ts/identity.test.ts. Commands are in lines.h.
#include <iostream>
#include <string_view>

#include "lines.h"

int main(int argc, char** argv) {
  using namespace sotto::identity;
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "text") {
    PrintText();
  } else if (command == "comments" && argc == 3) {
    PrintComments(argv[2]);
  } else if (command == "rooms" && argc == 3) {
    PrintRooms(argv[2]);
  } else if (command == "plans") {
    PrintPlans();
  } else if (command == "noise") {
    PrintNoise();
  } else if (command == "updates") {
    PrintUpdates();
  } else if (command == "epsilons") {
    PrintEpsilons();
  } else if (command == "manifests") {
    PrintManifests();
  } else if (command == "rankings") {
    PrintRankings();
  } else if (command == "recordings") {
    PrintRecordings();
  } else if (command == "onnx") {
    PrintOnnx();
  } else if (command == "searches") {
    PrintSearches();
  } else {
    std::cerr << "sotto_identity text | comments MODEL | rooms MODEL | plans | noise | updates | epsilons | manifests "
                 "| rankings | "
                 "recordings | onnx | searches\n";
    return 2;
  }
  return 0;
}
