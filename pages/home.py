"""What can I explore, and in which order?"""

from cnnviz.ui.home import a_digit_to_draw_over, map_of_the_app, welcome
from cnnviz.ui.serving.cold_start import through_app

through_app()
welcome()
a_digit_to_draw_over()
map_of_the_app()
