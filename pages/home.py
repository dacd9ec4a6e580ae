"""What can I explore, and in which order? And, at ?view=glossary, what do the terms mean?"""

from cnnviz.ui.finding.glossary import glossary, is_asked_for
from cnnviz.ui.home import ADDRESS, a_digit_to_draw_over, map_of_the_app, welcome

ADDRESS.arrive()
if is_asked_for():
    glossary()
else:
    welcome()
    a_digit_to_draw_over()
    map_of_the_app()
