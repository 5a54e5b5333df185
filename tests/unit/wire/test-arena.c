/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-arena.h"

#include "kad-wire-testing.h"

static void
test_takes_the_first_block_first (void)
{
  guint8 first[64] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };

  g_test_summary ("Pieces come from the caller's memory while it lasts, aligned");

  kad_arena_init (&arena, first, sizeof first, 0);
  g_assert_true (kad_arena_alloc (&arena, 1) == first);
  g_assert_true (kad_arena_alloc (&arena, 17) == first + 16);
  g_assert_true (kad_arena_alloc (&arena, 16) == first + 48);
  g_assert_null (kad_arena_alloc (&arena, 1));
}

static void
test_never_takes_more_than_allowed (void)
{
  guint8 first[64] __attribute__ ((aligned (16)));
  g_auto (KadArena) arena = { 0 };
  gsize total = 0;

  g_test_summary ("Beyond the first block there is only what was allowed");

  kad_arena_init (&arena, first, sizeof first, 100000);
  for (gpointer piece = kad_arena_alloc (&arena, 48); piece != NULL;
       piece = kad_arena_alloc (&arena, 48))
    {
      memset (piece, 0xaa, 48);
      total += 48;
    }
  g_assert_cmpuint (total, >, 50000);
  g_assert_cmpuint (total, <=, 100000 + sizeof first);
}

static void
test_refuses_huge_pieces (void)
{
  g_auto (KadArena) arena = { 0 };

  g_test_summary ("No length wraps around");

  kad_arena_init (&arena, NULL, 0, 1000);
  g_assert_null (kad_arena_alloc (&arena, G_MAXSIZE));
  g_assert_null (kad_arena_alloc (&arena, G_MAXSIZE - 15));
  g_assert_null (kad_arena_alloc (&arena, G_MAXSSIZE));
  g_assert_null (kad_arena_alloc (&arena, 1001));
  g_assert_nonnull (kad_arena_alloc (&arena, 992));
}

static void
test_serves_protobuf_c (void)
{
  g_auto (KadArena) arena = { 0 };
  ProtobufCAllocator *allocator = &arena.allocator;
  guint8 *piece;

  g_test_summary ("The allocator for protobuf-c takes from the arena and frees nothing");

  kad_arena_init (&arena, NULL, 0, 4096);
  piece = allocator->alloc (allocator->allocator_data, 8);
  memset (piece, 5, 8);
  allocator->free (allocator->allocator_data, piece);
  g_assert_true (kad_arena_alloc (&arena, 8) == piece + 16);
  g_assert_cmpint (piece[7], ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arena/takes-the-first-block-first", test_takes_the_first_block_first);
  g_test_add_func ("/arena/never-takes-more-than-allowed", test_never_takes_more_than_allowed);
  g_test_add_func ("/arena/refuses-huge-pieces", test_refuses_huge_pieces);
  g_test_add_func ("/arena/serves-protobuf-c", test_serves_protobuf_c);
  return g_test_run ();
}
