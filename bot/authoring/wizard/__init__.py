"""Plain questions to somebody who is no programmer, and the valid file that the answers make."""
