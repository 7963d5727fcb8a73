// Writes seed corpora for libFuzzer: make_corpus DIRECTORY makes DIRECTORY/<target>/seed_<n>.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/fuzz/seeds.h"

int main(int argc, char** argv) {
  constexpr std::uint64_t kSeeds = 40;
  if (argc != 2) {
    std::cerr << "usage: make_corpus DIRECTORY\n";
    return 2;
  }
  for (const fairlead::fuzz::Target& target : fairlead::fuzz::targets()) {
    std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
    std::filesystem::create_directories(folder);
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      fairlead::Bytes bytes = target.seed_input(seed);
      std::ofstream file(folder / ("seed_" + std::to_string(seed)), std::ios::binary);
      for (std::uint8_t byte : bytes) file.put(static_cast<char>(byte));
      if (!file.flush()) {
        std::cerr << "make_corpus: cannot write to " << folder << "\n";
        return 1;
      }
    }
  }
  return 0;
}
