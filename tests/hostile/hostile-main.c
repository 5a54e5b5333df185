/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kad-attacker malformed PORT LAYER N SEED | flood PORT KIND N SEED | probe PORT PORT SEED
 *
 * Attacks a node on loopback, which is ours: tests/hostile drives it. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostile-session.h"

int
main (int argc, char **argv)
{
  Target target, control;

  if (sodium_init () < 0)
    hostile_die ("libsodium does not start");
  if (argc == 5 && g_str_equal (argv[1], "probe"))
    {
      target_init (&target, argv[2], (guint32) atoi (argv[4]));
      target_init (&control, argv[3], (guint32) atoi (argv[4]));
      hostile_probe (&target, &control);
      target_clear (&target);
      target_clear (&control);
      return 0;
    }
  if (argc != 6)
    hostile_die ("malformed PORT LAYER N SEED, flood PORT KIND N SEED or probe PORT PORT SEED");
  target_init (&target, argv[2], (guint32) atoi (argv[5]));
  if (g_str_equal (argv[1], "malformed"))
    hostile_malformed (&target, argv[3], (guint) atoi (argv[4]));
  else
    hostile_flood (&target, argv[3], (guint) atoi (argv[4]));
  target_clear (&target);
  return 0;
}
