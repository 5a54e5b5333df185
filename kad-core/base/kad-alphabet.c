/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-alphabet.h"

#include <string.h>

/**
 * kad_alphabet_digit:
 * @alphabet: digits in order; of one case where @any_case is set
 * @c: a character
 * @any_case: a letter counts in either case
 *
 * Returns: the value of @c as a digit, or -1 when it is none
 */
int
kad_alphabet_digit (const char *alphabet, char c, gboolean any_case)
{
  const char *at;

  if (c == '\0')
    return -1;

  at = strchr (alphabet, c);
  if (at == NULL && any_case && g_ascii_isalpha (c))
    at = strchr (alphabet, c ^ 0x20);

  return at == NULL ? -1 : (int) (at - alphabet);
}
