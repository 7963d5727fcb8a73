# Three helpers keep the folders' CMakeLists.txt to a few lines each.
#
#   fairlead_library(NAME SOURCES a.cc … DEPS lib …)     static library
#   fairlead_program(NAME SOURCES main.cc … DEPS lib …)  executable in build/<preset>/bin
#   fairlead_test(NAME SOURCES x_test.cc … DEPS lib … [LABELS unit] [TIMEOUT seconds] [OPTIMISED])
#       one gtest executable; every TEST() is a ctest entry. LABELS is one of: unit golden property threads simulation fuzz root process.
#       What is tested is optimised in a release; the tests are only with OPTIMISED, since they are built in two thirds of the time without.
include(GoogleTest)

function(fairlead_unoptimised name)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
endfunction()

# Two precompiled headers: for every file, and for tests.
if(FAIRLEAD_PRECOMPILE)
  foreach(_kind std tests)
    add_library(fairlead_precompiled_${_kind} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled/precompiled.cc)
    target_link_libraries(fairlead_precompiled_${_kind} PRIVATE fairlead_options)
    target_precompile_headers(fairlead_precompiled_${_kind} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${_kind}.h)
  endforeach()
  target_link_libraries(fairlead_precompiled_tests PRIVATE GTest::gmock)
  fairlead_unoptimised(fairlead_precompiled_tests)
endif()

function(fairlead_precompile name kind)
  if(FAIRLEAD_PRECOMPILE)
    target_precompile_headers(${name} REUSE_FROM fairlead_precompiled_${kind})
  endif()
endfunction()

# Files of one target in one compilation, few enough that two cores end at about the same time.
function(fairlead_unity name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${FAIRLEAD_UNITY} UNITY_BUILD_BATCH_SIZE 5)
endfunction()

function(fairlead_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC fairlead_options ${ARG_DEPS})
  fairlead_precompile(${name} std)
  fairlead_unity(${name})
endfunction()

function(fairlead_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE fairlead_options ${ARG_DEPS})
  fairlead_precompile(${name} std)
endfunction()

function(fairlead_test name)
  cmake_parse_arguments(ARG "OPTIMISED" "TIMEOUT;LABELS" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    FAIRLEAD_SOURCE_DIR="${CMAKE_SOURCE_DIR}" FAIRLEAD_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE fairlead_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  if(ARG_OPTIMISED)
    fairlead_precompile(${name} std)
  else()
    fairlead_unoptimised(${name})
    fairlead_precompile(${name} tests)
  endif()
  fairlead_unity(${name})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
      ENVIRONMENT "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
  # Root and process tests need the programs as operators run them.
  if(NOT ARG_LABELS MATCHES "root|process")
    set_property(GLOBAL APPEND PROPERTY FAIRLEAD_SANITIZED_TESTS ${name})
  endif()
endfunction()
