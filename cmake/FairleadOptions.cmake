# Compiler settings that every Fairlead target shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Static libraries and programs alike, so that both can share one precompiled header.
add_compile_options(-fPIE)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

option(FAIRLEAD_WERROR "Treat warnings as errors" ON)
option(FAIRLEAD_FUZZ "Build the fuzz targets (clang only)" OFF)
option(FAIRLEAD_PRECOMPILE "Parse common headers once (off: every file is checked to include what it uses)" ON)
option(FAIRLEAD_UNITY "Compile several files of a target at once: a third less work for a whole build, more for a change" OFF)
set(FAIRLEAD_SANITIZE "" CACHE STRING "Sanitizers: address;undefined or thread")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache refuses files with a precompiled header unless these two are waived; no source uses __TIME__ or __DATE__.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

add_library(fairlead_options INTERFACE)
target_include_directories(fairlead_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(fairlead_options INTERFACE
  -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wno-missing-field-initializers
  # GCC 12 sees strings overrun their inline buffer where they cannot (its bug 105651), and a precompiled header makes it
  # forget that the place is in a system header. Clang and the address sanitizer look for real ones.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread>
  $<$<BOOL:${FAIRLEAD_WERROR}>:-Werror>)
if(FAIRLEAD_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${FAIRLEAD_SANITIZE}")
  add_compile_options(-fsanitize=${_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${_sanitizers})
endif()
