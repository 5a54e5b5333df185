/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With LD_PRELOAD: KAD_FAULT says which call of a program fails, as CLASS:NTH:ERRNO, or nothing to
 * count alone; the counts go to the file KAD_FAULT_COUNTS, a line a class. */
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

static FaultClass
find_class (const char *name)
{
  for (guint i = 0; i < FAULT_N_CLASSES; i++)
    if (g_str_equal (fault_kinds[i].name, name))
      return (FaultClass) i;
  abort ();
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *text = getenv ("KAD_FAULT");
  char name[32];
  unsigned int nth;
  int error;

  if (text == NULL)
    return;
  if (sscanf (text, "%31[a-z-]:%u:%d", name, &nth, &error) == 3)
    faults_begin (find_class (name), nth, error, FALSE);
  else
    faults_begin (FAULT_ACCEPT, 0, 0, FALSE);
}

__attribute__ ((destructor)) static void
end (void)
{
  const char *path = getenv ("KAD_FAULT_COUNTS");
  FILE *file;

  faults_end ();
  file = path == NULL ? NULL : fopen (path, "we");
  if (file == NULL)
    return;
  for (guint i = 0; i < FAULT_N_CLASSES; i++)
    {
      fprintf (file, "%s %u", fault_kinds[i].name, faults_get_count ((FaultClass) i));
      for (guint at = 0; fault_kinds[i].errors[at] != 0; at++)
        fprintf (file, " %d", fault_kinds[i].errors[at]);
      fprintf (file, "\n");
    }
  fclose (file);
}
